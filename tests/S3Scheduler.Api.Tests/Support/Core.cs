using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>One process: the whole core over a <see cref="MemoryStore"/>, with clocks moved by hand.</summary>
public sealed class Core : IDisposable
{
    public const string Bucket = "scheduler";

    private static readonly ObjectAttributes Text = new() { ContentType = "text/plain" };

    public Core(TimeSpan skew = default, int concurrency = 64, MemoryStore? store = null, ManualTime? time = null)
    {
        Time = time ?? new ManualTime();
        Server = Time.Elsewhere(skew);
        Store = store ?? new MemoryStore(Time, Server);
        var options = new SchedulerOptions { Concurrency = concurrency };
        var random = new Random(20261121);
        Folder = new ScheduleFolder(options);
        var probe = new StoreProbe(Store, Folder);
        Alarm = new SweepAlarm(Store, options, Time);
        Scheduler = new Scheduler(Store, Folder, probe, Alarm, random);
        var leases = new SweepLeases(Store, Folder, new LeaseTerms(options, Time, random), NullLogger<SweepLeases>.Instance);
        var backoff = new DestinationBackoff(Time, random);
        var delivery = new Delivery(Store, Folder, backoff, options, NullLogger<Delivery>.Instance);
        Sweep = new Sweep(Store, Folder, probe, leases, delivery, backoff, options, Time, NullLogger<Sweep>.Instance);
        List = new ScheduleList(Store, Folder);
        Failed = new FailedSchedules(Store, Folder, Scheduler, List, options);
        Worker = new SweepWorker(Sweep, Alarm, Store, NullLogger<SweepWorker>.Instance);
    }

    public ManualTime Time { get; }
    public TimeProvider Server { get; }
    public MemoryStore Store { get; }
    public ScheduleFolder Folder { get; }
    public SweepAlarm Alarm { get; }
    public Scheduler Scheduler { get; }
    public Sweep Sweep { get; }
    public ScheduleList List { get; }
    public FailedSchedules Failed { get; }
    public SweepWorker Worker { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The server's time, which schedules go by.</summary>
    public DateTimeOffset Now => Server.GetUtcNow();

    public ScheduleKey Key(TimeSpan after, string key = "a", string bucket = "reports") => new(Now + after, new Destination(bucket, key));

    public Task<ScheduleResult> PostAsync(ScheduleKey key, string content = "content", ObjectAttributes? attributes = null) =>
        PostAsync(new Due(key.DueAt), key.Destination, content, attributes);

    public async Task<ScheduleResult> PostAsync(Due due, Destination destination, string content = "content", ObjectAttributes? attributes = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return await Scheduler.ScheduleAsync(new NewSchedule(due, destination, stream, attributes ?? Text), Cancellation);
    }

    /// <summary>Puts a pending schedule there without a request.</summary>
    public ScheduleKey Seed(ScheduleKey key, string content = "content")
    {
        Store.Seed(Folder.Pending(key), content);
        return key;
    }

    public Task<SweepResult> SweepAsync() => Sweep.RunAsync(Cancellation);

    /// <summary>Learns the server's time and gets the probe over with, and forgets those requests.</summary>
    public async Task<Core> StartedAsync()
    {
        await SweepAsync();
        Store.ForgetRequests();
        return this;
    }

    public string? Delivered(ScheduleKey key) => Store.Read(new ObjectAddress(key.Destination.Bucket, key.Destination.Key));

    /// <summary>The keys of what is pending, in due order.</summary>
    public IReadOnlyList<string> Pending() =>
        [.. Store.Keys(Bucket).Where(k => string.CompareOrdinal(k, Folder.Prefix + ScheduleFolder.BeforeKeys) > 0).Select(k => k[Folder.Prefix.Length..])];

    public int Count(StoreOperation operation) => Store.Count(operation);

    public void Dispose()
    {
        Worker.Dispose();
        Sweep.Dispose();
    }
}
