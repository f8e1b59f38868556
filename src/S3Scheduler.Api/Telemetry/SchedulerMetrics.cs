using System.Diagnostics.Metrics;

namespace S3Scheduler.Api.Telemetry;

/// <summary>Everything the service counts and measures. docs/operations.md says what each instrument means.</summary>
public sealed class SchedulerMetrics
{
    public const string MeterName = "S3Scheduler";

    private const string Outcome = "outcome";

    /// <summary>In seconds, from what nobody notices to what has failed.</summary>
    private static readonly double[] LatenessBounds =
        [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600];

    /// <summary>In seconds. A sweep goes on while something is due soon.</summary>
    private static readonly double[] SweepBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

    /// <summary>In seconds, from a HEAD on the same network to the copy of a large object.</summary>
    private static readonly double[] RequestBounds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    private readonly LabelLimit _buckets = new();
    private readonly LabelLimit _codes = new();
    private readonly Counter<long> _created;
    private readonly Counter<long> _cancelled;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _leasesLost;
    private readonly Histogram<double> _lateness;
    private readonly Histogram<double> _sweeps;
    private readonly Histogram<double> _requests;
    private volatile Func<BacklogReading?>? _backlog;

    public SchedulerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _created = meter.CreateCounter<long>(
            "s3scheduler.schedules.created", "{schedule}", "Schedules that POST /schedules has stored.");
        _cancelled = meter.CreateCounter<long>(
            "s3scheduler.schedules.cancelled", "{schedule}", "Schedules cancelled before they were due.");
        _deliveries = meter.CreateCounter<long>(
            "s3scheduler.deliveries", "{delivery}", "Tries to deliver, by their outcome and destination bucket.");
        _failed = meter.CreateCounter<long>(
            "s3scheduler.failed", "{schedule}", "Schedules that can't be delivered, by the store's error code.");
        _leasesLost = meter.CreateCounter<long>(
            "s3scheduler.leases.lost", "{lease}", "Sweeps that had to stop because their lease was not renewed.");
        _lateness = Seconds(meter, "s3scheduler.delivery.lateness", LatenessBounds,
            "From the due time to the acknowledged copy, by the store's clock.");
        _sweeps = Seconds(meter, "s3scheduler.sweep.duration", SweepBounds,
            "How long sweeps have held the lease.");
        _requests = Seconds(meter, "s3scheduler.store.request.duration", RequestBounds,
            "Requests to the store, by operation and outcome.");
        meter.CreateObservableGauge("s3scheduler.backlog.oldest_due_age",
            () => Observe(backlog => backlog.OldestDueAge.TotalSeconds), "s",
            "How long the oldest schedule that is due and still pending has been due; 0: nothing is due.");
        meter.CreateObservableGauge("s3scheduler.backlog.pending_due",
            () => Observe(backlog => backlog.PendingDue), "{schedule}",
            "Schedules that are due and still pending, as far as this process has seen them.");
    }

    public void ScheduleCreated() => _created.Add(1);

    public void SchedulesCancelled(int count) => _cancelled.Add(count);

    /// <param name="outcome">One of a few words.</param>
    public void DeliveryEnded(string bucket, string outcome) =>
        _deliveries.Add(1, new(Outcome, outcome), new("bucket", _buckets.Limit(bucket)));

    /// <param name="lateness">From its due time until the store acknowledged the copy.</param>
    public void Copied(TimeSpan lateness) => _lateness.Record(lateness.TotalSeconds);

    /// <param name="code">As it is written into the name of the failed schedule.</param>
    public void Failed(string code) => _failed.Add(1, new KeyValuePair<string, object?>("code", _codes.Limit(code)));

    public void LeaseLost() => _leasesLost.Add(1);

    public void SweepEnded(TimeSpan duration) => _sweeps.Record(duration.TotalSeconds);

    /// <param name="operation">One of a few words, and so is the outcome.</param>
    public void RequestEnded(string operation, string outcome, TimeSpan duration) =>
        _requests.Record(duration.TotalSeconds, new("operation", operation), new(Outcome, outcome));

    /// <param name="read">Called whenever the gauges are read; null: this process has not looked yet.</param>
    public void ObserveBacklog(Func<BacklogReading?> read) => _backlog = read;

    private static Histogram<double> Seconds(Meter meter, string name, double[] bounds, string description) =>
        meter.CreateHistogram(name, "s", description, tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private IEnumerable<Measurement<T>> Observe<T>(Func<BacklogReading, T> value) where T : struct =>
        _backlog?.Invoke() is { } reading ? [new Measurement<T>(value(reading))] : [];
}

/// <param name="OldestDueAge">How long the oldest one has been due; zero: nothing is due.</param>
/// <param name="PendingDue">How many are due and still pending.</param>
public readonly record struct BacklogReading(TimeSpan OldestDueAge, long PendingDue);
