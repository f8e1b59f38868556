namespace S3Scheduler.Api.Benchmarks;

internal static class Stopwatch
{
    public static async Task<TimeSpan> TimeAsync(Func<Task> act)
    {
        var started = TimeProvider.System.GetTimestamp();
        await act();
        return TimeProvider.System.GetElapsedTime(started);
    }
}
