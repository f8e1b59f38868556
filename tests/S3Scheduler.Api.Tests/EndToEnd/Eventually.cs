namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Waits for what another process does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again and again until it sees something, and fails the test after half a minute.</summary>
    public static async Task<T> SeeAsync<T>(string what, Func<Task<T?>> look)
    {
        var patience = TimeSpan.FromSeconds(30);
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < patience)
        {
            if (await look() is { } seen) return seen;
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"In {patience.TotalSeconds} s there was no {what}.");
    }

    public static Task HoldsAsync(string what, Func<Task<bool>> holds) =>
        SeeAsync(what, async () => await holds() ? what : null);
}
