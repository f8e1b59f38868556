namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Waits for what another process does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // It only ends a test that would hang: on a busy machine everything takes longer.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Looks again and again until it sees something, and fails the test after some minutes.</summary>
    public static async Task<T> SeeAsync<T>(string what, Func<Task<T?>> look)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Limit)
        {
            if (await look() is { } seen) return seen;
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"In {Limit.TotalSeconds} s there was no {what}.");
    }

    public static Task HoldsAsync(string what, Func<Task<bool>> holds) =>
        SeeAsync(what, async () => await holds() ? what : null);

    public static Task HoldsAsync(string what, Func<bool> holds) => HoldsAsync(what, () => Task.FromResult(holds()));
}
