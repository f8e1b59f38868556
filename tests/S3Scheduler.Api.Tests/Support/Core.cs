using Microsoft.Extensions.Logging;
using S3Scheduler.Api.Delivery.Listing;
using S3Scheduler.Api.Delivery.Pipeline;
using S3Scheduler.Api.Delivery.Receipts;
using S3Scheduler.Api.Scheduling.Many;
using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>One process without HTTP, on a <see cref="MemoryStore"/>, with clocks that tests move.</summary>
public sealed class Core : IDisposable
{
    public const string Bucket = "scheduler";

    public static readonly ObjectAttributes Text = new() { ContentType = "text/plain" };

    private readonly LoggerFactory _loggers;
    private readonly TimeSpan _skew;
    private readonly bool _python;
    private readonly SerialTasks _tasks = new();
    private int _processes;

    public Core(
        TimeSpan skew = default, int concurrency = 64, MemoryStore? store = null, ManualTime? time = null,
        TimeSpan? retryWindow = null, TimeSpan? lease = null, int seed = 20261121, bool python = false,
        params IReadOnlyList<string> destinations)
    {
        Time = time ?? new ManualTime();
        Server = Time.Elsewhere(_skew = skew);
        _python = python;
        Store = store ?? new MemoryStore(Time, Server);
        _loggers = new LoggerFactory([Log]);
        var options = new SchedulerOptions
        {
            Concurrency = concurrency,
            RetryWindow = retryWindow,
            LeaseDuration = lease ?? new SchedulerOptions().LeaseDuration,
            PythonSchedules = python,
        };
        LeaseDuration = options.LeaseDuration;
        var random = new Random(seed);
        Folder = new ScheduleFolder(options.Bucket, options.Folder, new AllowedDestinations(destinations));
        var probe = new StoreProbe(Store, Folder.Marker);
        var late = new LateArrivals(Store);
        Alarm = new SweepAlarm(Store, Folder, late, options, Time);
        var entries = new ScheduleEntries(Store, Folder);
        List = new ScheduleList(entries);
        Failed = new FailedSchedules(Store, Folder);
        Receipts = new DeliveredSchedules(
            Store, Folder, new LogBrake(Time), _loggers.CreateLogger<DeliveredSchedules>());
        Summaries = new ScheduleSummaries(entries, Receipts, Time);
        var claims = new Claims(Store, Folder, Failed, Time);
        var timely = new TimelyDelete(Store, Folder);
        Scheduler = new Scheduler(
            Store, Folder, probe, Receipts, Failed, claims, timely, Alarm, new Spool(), options, random);
        Reschedules = new Reschedules(Store, Folder, Scheduler, timely, List, options);
        Cancellations = new Cancellations(Store, Folder, Scheduler, Failed, timely, List);
        Retries = new Retries(Store, Folder, Scheduler, Failed, claims, List, new Spool(), options);
        Staging = new Staging(Store, Folder, random);
        Uploads = new PresignedUploads(Store, Folder, probe, Alarm, random);
        var terms = new LeaseTerms(options, Time, random);
        Leases = new SweepLeases(Store, Folder, probe, terms, _loggers.CreateLogger<SweepLeases>());
        var backoff = new DestinationBackoff(Time, random);
        var settled = new SettledSchedules(Time);
        Metrics = new SchedulerMetrics(Meters);
        Traces = new SchedulerTraces(Time);
        var backlog = new Backlog(Store, Metrics);
        var summary = new SweepSummary(backlog, Time, _loggers.CreateLogger<SweepSummary>());
        var deliverer = new Deliverer(
            Store, Folder, backoff, settled, Metrics, Traces, summary, options,
            _loggers.CreateLogger<Deliverer>());
        var pythonSchedules = new PythonSchedules(Store, Folder, options, _loggers.CreateLogger<PythonSchedules>());
        Health = new SweepHealth(Store, settled, options, Time);
        var receipts = new ReceiptWriter(Store, Folder, options, random, _loggers.CreateLogger<ReceiptWriter>());
        var delete = new BatchDelete(Store, Folder, settled, receipts);
        Sweep = new Sweep(
            Store, Folder, probe, Leases, deliverer, delete, new OldReceipts(Store, Folder, options, Time), backoff,
            settled, pythonSchedules, late, Health, backlog, Metrics, Traces, summary, options, Time,
            _loggers.CreateLogger<Sweep>());
        Loop = new SweepLoop(Sweep, Alarm, Store, Time);
        Time.AllAsleep ??= _tasks.IdleAsync;
        Worker = new SerialWorker(new SweepWorker(Loop, Health, summary, _loggers.CreateLogger<SweepWorker>()), _tasks);
    }

    public ManualTime Time { get; }
    public TimeProvider Server { get; }
    public MemoryStore Store { get; }
    public ScheduleFolder Folder { get; }
    public SweepAlarm Alarm { get; }
    public Scheduler Scheduler { get; }
    public Staging Staging { get; }
    public PresignedUploads Uploads { get; }
    public Sweep Sweep { get; }
    public ScheduleList List { get; }
    public ScheduleSummaries Summaries { get; }
    public FailedSchedules Failed { get; }
    public DeliveredSchedules Receipts { get; }
    public Retries Retries { get; }
    public Cancellations Cancellations { get; }
    public Reschedules Reschedules { get; }
    public SweepHealth Health { get; }
    public SweepLoop Loop { get; }
    public SerialWorker Worker { get; }
    public SweepLeases Leases { get; }
    public TimeSpan LeaseDuration { get; }
    public LogLines Log { get; } = new();
    public OwnMeters Meters { get; } = new();
    public SchedulerMetrics Metrics { get; }
    public SchedulerTraces Traces { get; }
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The server's time, which decides what is due.</summary>
    public DateTimeOffset Now => Server.GetUtcNow();

    public ScheduleKey Key(TimeSpan after, string key = "a", string bucket = "reports") =>
        new(Now + after, new Destination(bucket, key));

    public Task<ScheduleResult> PostAsync(
        ScheduleKey key, string content = "content", ObjectAttributes? attributes = null) =>
        PostAsync(new Due(key.DueAt), key.Destination, content, attributes);

    public async Task<ScheduleResult> PostAsync(
        Due due, Destination destination, string content = "content", ObjectAttributes? attributes = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return await Scheduler.ScheduleAsync(new(due, destination, stream, attributes ?? Text), Cancellation);
    }

    /// <summary>Stores a pending schedule without a request.</summary>
    /// <param name="id">Its schedule-id; null: it has none.</param>
    public ScheduleKey Seed(ScheduleKey key, string content = "content", string? id = null)
    {
        Store.Seed(Folder.Pending(key), content, id is null ? null : WithId(id));
        return key;
    }

    public static ObjectAttributes WithId(string id) =>
        new() { Metadata = new Dictionary<string, string> { [ScheduleId.MetadataName] = id } };

    public Task<SweepResult> SweepAsync() => Sweep.RunAsync(Cancellation);

    /// <summary>Starts a sweep that can wait for time to pass in <see cref="ManualTime.RunAsync"/>.</summary>
    public Task<SweepResult> StartSweep() => Start(SweepAsync);

    /// <inheritdoc cref="StartSweep"/>
    public Task<T> Start<T>(Func<Task<T>> call) => _tasks.RunAsync(call);

    /// <summary>Another process with the same bucket, on a machine with the same clocks.</summary>
    public Core AnotherProcess(params IReadOnlyList<string> destinations) => new(
        _skew, store: Store.ForAnotherProcess(Time), time: Time, seed: ++_processes, python: _python,
        destinations: destinations);

    /// <summary>Makes the requests of a start: the process learns the server's time and stores the probe.</summary>
    public async Task<Core> StartedAsync()
    {
        await SweepAsync();
        Store.ForgetRequests();
        return this;
    }

    /// <summary>Also a sweep has closed its lease, so that the next one does not look at destinations first.</summary>
    public async Task<Core> SettledAsync()
    {
        await StartedAsync();
        Seed(Key(TimeSpan.FromDays(-1), "settled", "settled"));
        (await SweepAsync()).Delivered.ShouldBe(1);
        Store.ForgetRequests();
        return this;
    }

    /// <summary>Acts right before the first request of that kind takes place.</summary>
    public void BeforeFirst(StoreOperation operation, Action act) =>
        Store.Before = Faults.Once(r => r.Operation == operation, () =>
        {
            act();
            return Task.CompletedTask;
        });

    public string? Delivered(ScheduleKey key) => Store.Read(new(key.Destination.Bucket, key.Destination.Key));

    /// <summary>The keys of the pending schedules, in due order.</summary>
    public IReadOnlyList<string> Pending() =>
    [
        .. Store.Keys(Bucket).Where(k => string.CompareOrdinal(k, Folder.Prefix + ScheduleFolder.BeforeKeys) > 0)
            .Select(k => k[Folder.Prefix.Length..]),
    ];

    public int Count(StoreOperation operation) => Store.Count(operation);

    /// <summary>The newest sweep lease; null: there is none, or it can't be read.</summary>
    public async Task<LeaseRecord?> NewestLeaseAsync() => Store.Keys(Bucket).FirstOrDefault(IsLease) is { } key
        ? await LeaseRecord.ReadAsync(Store.ForAnotherProcess(Time), new ObjectAddress(Bucket, key), Cancellation)
        : null;

    public int LeaseCount => Store.Keys(Bucket).Count(IsLease);

    private bool IsLease(string key) =>
        key.StartsWith(Folder.LeasePrefix, StringComparison.Ordinal) && key != Folder.LeasePrefix;

    public void Dispose()
    {
        _loggers.Dispose();
        Meters.Dispose();
        Traces.Dispose();
        Worker.Dispose();
        Sweep.Dispose();
    }
}
