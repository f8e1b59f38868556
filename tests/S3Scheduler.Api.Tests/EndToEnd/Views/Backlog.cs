namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>Puts schedules right into a store. Posting thousands takes long.</summary>
internal static class Backlog
{
    private const string Content = "{}";

    public static DateTimeOffset Start { get; } = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Into the local store, where each is a file.</summary>
    public static void Write(TemporaryFolder folder, string bucket, int count, TimeSpan step)
    {
        for (var number = 0; number < count; number++)
            Write(folder, "", Key(bucket, number, number * step).ToString());
    }

    /// <summary>Into a bucket of the S3 server.</summary>
    public static async Task PutAsync(S3Server server, string scheduler, string bucket, int count, TimeSpan step)
    {
        using var s3 = server.NewClient();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = 32,
            CancellationToken = TestContext.Current.CancellationToken,
        };
        await Parallel.ForAsync(0, count, parallel, async (number, cancellation) =>
        {
            var key = $"schedules/{Key(bucket, number, number * step)}";
            await s3.PutObjectAsync(new() { BucketName = scheduler, Key = key, ContentBody = Content }, cancellation);
        });
    }

    /// <summary>Schedules that have failed.</summary>
    public static void WriteFailed(TemporaryFolder folder, string bucket, int count, string code)
    {
        for (var number = 0; number < count; number++)
            Write(folder, ".failed/", $"{Key(bucket, number, TimeSpan.FromMinutes(number))}|{code}");
    }

    private static ScheduleKey Key(string bucket, int number, TimeSpan after) =>
        new(Start + after, new Destination(bucket, $"2031/{number:D6}.json"));

    private static void Write(TemporaryFolder folder, string below, string name)
    {
        var path = folder[$"data/scheduler/schedules/{below}{name}"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Content);
    }
}
