namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>
/// Puts schedules right into the local store, where each is a file. Posting thousands takes long.
/// </summary>
internal static class Backlog
{
    public static DateTimeOffset Start { get; } = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Write(TemporaryFolder folder, string bucket, int count, TimeSpan step)
    {
        for (var number = 0; number < count; number++)
            Write(folder, "", Key(bucket, $"2031/{number:D6}.json", number * step).ToString());
    }

    /// <summary>Schedules that have failed.</summary>
    public static void WriteFailed(TemporaryFolder folder, string bucket, int count, string code)
    {
        for (var number = 0; number < count; number++)
            Write(folder, ".failed/", $"{Key(bucket, $"2031/{number:D6}.json", TimeSpan.FromMinutes(number))}|{code}");
    }

    private static ScheduleKey Key(string bucket, string key, TimeSpan after) =>
        new(Start + after, new Destination(bucket, key));

    private static void Write(TemporaryFolder folder, string below, string name)
    {
        var path = folder[$"data/scheduler/schedules/{below}{name}"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "{}");
    }
}
