using Microsoft.Extensions.Logging.Abstractions;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>One run of the whole service against a store that lies, and what was seen from outside.</summary>
internal sealed record LyingRun(
    MemoryS3 Truth, Liar Liar, Clients Clients, Traffic Traffic, Oddities Oddities, LogLines Log, DateTimeOffset Start,
    DateTimeOffset HealthyFrom, DateTimeOffset End)
{
    private const int ForeignKeys = 100_000;
    private const int OldLeases = 2_500;

    private const int Retries = 2;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Where nothing is due, time may pass faster.</summary>
    private static readonly TimeSpan QuietStep = TimeSpan.FromMilliseconds(50);

    /// <summary>After the last lie, everything that is due must be delivered within this time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <param name="lies">How many are told.</param>
    public static async Task<LyingRun> RunAsync(ulong seed, int lies)
    {
        var time = new ManualTime();
        var truth = new MemoryS3(time, missing: Oddities.Gone);
        foreach (var place in new[] { ".failed/!", ".failed/x", "0-", "x" })
            truth.Seed(Liar.Schedules, Enumerable.Range(0, ForeignKeys).Select(n => $"schedules/{place}{n:D6}"));
        truth.Seed(
            Liar.Schedules, Enumerable.Range(1, OldLeases).Select(n => $"schedules/.sweep/{999_999_999_999 - n}"));
        Oddities.Seed(truth);
        var liar = new Liar(seed, truth, time);
        await using var server = new LyingServer(liar.Answer);
        using var machine = new S3ObjectStore(
            AwsSection.At(server.Url), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        using var end = new CancellationTokenSource();
        var machineTime = new MachineTime(
            time, () => machine.HeadAsync(MachineTime.Somewhere, CancellationToken.None));
        var passing = Task.Run(() => machineTime.RunAsync(end.Token));
        try
        {
            var log = new LogLines(time);
            await using var service = new Service(time, Settings(server.Url), log: log);
            var clients = new Clients(service.Client, liar.Follow, seed);
            var traffic = new Traffic(clients, time, seed);
            var oddities = new Oddities(clients, truth, time, seed);
            var start = await WarmUpAsync(traffic, oddities, truth, time);
            liar.Begin();
            while (liar.Lies < lies)
            {
                traffic.Step();
                oddities.Step();
                await Task.Delay(Step, time);
            }

            var healthyFrom = time.GetUtcNow();
            liar.End();
            await server.EndStallsAsync();
            await clients.EndAsync();
            await SettleAsync(truth, time);
            machineTime.Step = QuietStep;
            await oddities.PrepareInVainAsync();
            machineTime.Step = MachineTime.Usual;
            for (var n = 0; n < Retries; n++) await oddities.RetryAsync(() => SettleAsync(truth, time));
            return new LyingRun(
                truth, liar, clients, traffic, oddities, log, start, healthyFrom, time.GetUtcNow());
        }
        finally
        {
            await end.CancelAsync();
            await passing;
        }
    }

    // Code that runs for the first time is slow, and is not what is judged.
    private static async Task<DateTimeOffset> WarmUpAsync(
        Traffic traffic, Oddities oddities, MemoryS3 truth, ManualTime time)
    {
        for (var step = 0; step < 100; step++)
        {
            traffic.Step();
            oddities.Step();
            await Task.Delay(Step, time);
        }

        await SettleAsync(truth, time);
        return time.GetUtcNow();
    }

    private static async Task SettleAsync(MemoryS3 truth, ManualTime time)
    {
        var from = time.GetUtcNow();
        while (IsAnythingDue(truth, time.GetUtcNow()) && time.GetUtcNow() - from < Longest)
            await Task.Delay(Step, time);
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
