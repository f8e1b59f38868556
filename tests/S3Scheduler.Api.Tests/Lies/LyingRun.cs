using Microsoft.Extensions.Logging.Abstractions;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>One run of the whole service against a store that lies, and what was seen from outside.</summary>
internal sealed record LyingRun(
    MemoryS3 Truth, Liar Liar, Traffic Traffic, LogLines Log, DateTimeOffset Start, DateTimeOffset HealthyFrom,
    DateTimeOffset End)
{
    private const int ForeignKeys = 100_000;
    private const int OldLeases = 2_500;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>After the last lie, everything that is due must be delivered within this time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <param name="lies">How many are told.</param>
    public static async Task<LyingRun> RunAsync(ulong seed, int lies)
    {
        var time = new ManualTime();
        var truth = new MemoryS3(time);
        foreach (var place in new[] { ".failed/!", ".failed/x", "0-", "x" })
            truth.Seed(Liar.Schedules, Enumerable.Range(0, ForeignKeys).Select(n => $"schedules/{place}{n:D6}"));
        truth.Seed(
            Liar.Schedules, Enumerable.Range(1, OldLeases).Select(n => $"schedules/.sweep/{999_999_999_999 - n}"));
        var liar = new Liar(seed, truth, time);
        await using var server = new LyingServer(liar.Answer);
        using var machine = new S3ObjectStore(
            AwsSection.At(server.Url), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        using var end = new CancellationTokenSource();
        var passing = Task.Run(() => new MachineTime(time, machine).RunAsync(end.Token));
        try
        {
            var log = new LogLines(time);
            await using var service = new Service(time, Settings(server.Url), log: log);
            var traffic = new Traffic(service.Client, liar, time, seed);
            var start = await WarmUpAsync(traffic, truth, time);
            liar.Begin();
            while (liar.Lies < lies)
            {
                traffic.Step();
                await Task.Delay(Step, time);
            }

            var healthyFrom = time.GetUtcNow();
            liar.End();
            await server.EndStallsAsync();
            await traffic.EndAsync();
            while (IsAnythingDue(truth, time.GetUtcNow()) && time.GetUtcNow() - healthyFrom < Longest)
                await Task.Delay(Step, time);
            return new LyingRun(truth, liar, traffic, log, start, healthyFrom, time.GetUtcNow());
        }
        finally
        {
            await end.CancelAsync();
            await passing;
        }
    }

    // Code that runs for the first time is slow, and is not what is judged.
    private static async Task<DateTimeOffset> WarmUpAsync(Traffic traffic, MemoryS3 truth, ManualTime time)
    {
        for (var step = 0; step < 100; step++)
        {
            traffic.Step();
            await Task.Delay(Step, time);
        }

        while (IsAnythingDue(truth, time.GetUtcNow())) await Task.Delay(Step, time);
        return time.GetUtcNow();
    }

    /// <summary>The pending schedules that are there now, by their keys.</summary>
    public static IReadOnlyList<ScheduleKey> Pending(MemoryS3 truth) =>
    [
        .. truth.List(Liar.Schedules, "schedules/2", int.MaxValue)
            .Select(found => KeyOf(found.Key)).OfType<ScheduleKey>(),
    ];

    /// <summary>The schedule's key of an object; null: it is no pending schedule's.</summary>
    public static ScheduleKey? KeyOf(string objectKey) =>
        ScheduleKey.TryParse(objectKey["schedules/".Length..], out var key) ? key : null;

    private static bool IsAnythingDue(MemoryS3 truth, DateTimeOffset now) =>
        Pending(truth).Any(key => key.DueAt <= now + TimeSpan.FromMinutes(1));

    private static Dictionary<string, string> Settings(string url) => new()
    {
        ["Scheduler:Storage"] = nameof(StorageKind.S3),
        ["Scheduler:Bucket"] = Liar.Schedules,
        ["Scheduler:LeaseDuration"] = "00:00:05",
        ["AWS:ServiceURL"] = url,
        ["AWS:ForcePathStyle"] = "true",
        ["AWS:Timeout"] = "3000",
    };
}
