namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>What this process knows of how deliveries go, for the readiness check.</summary>
public sealed class SweepHealth(
    IObjectStore store, SettledSchedules settled, SchedulerOptions options, TimeProvider time)
{
    /// <summary>What is due should be under way by then.</summary>
    private static readonly TimeSpan LongDue = TimeSpan.FromMinutes(1);

    /// <summary>How much longer than one sweep interval may pass without a look.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>A sweep should know by then whether it may deliver.</summary>
    private static readonly TimeSpan LongAsked = TimeSpan.FromSeconds(5);

    private volatile Look? _last;
    private volatile Asked? _asked;
    private volatile string? _fault;
    private long? _worksSince;

    /// <summary>Call it after each look at the folder.</summary>
    /// <param name="waitingSince">The due time of the first schedule that is due and not under way; null: none.</param>
    public void Looked(DateTimeOffset? waitingSince) => _last = new Look(time.GetTimestamp(), waitingSince);

    /// <summary>Call it when a sweep asks the store for the right to deliver: at its start, and to renew it.</summary>
    public void SweepAsks() => _asked ??= new Asked(time.GetTimestamp());

    /// <summary>Call it when a sweep has a lease, or needs none.</summary>
    public void SweepMayDeliver() => (_asked, _fault) = (null, null);

    /// <summary>Call it when another process has the lease. That proves nothing about an earlier fault.</summary>
    public void SweepIsBusy() => _asked = null;

    /// <summary>Call it when a sweep fails, or leaves a lease that keeps the next one out until it expires.</summary>
    /// <param name="code">The error code.</param>
    public void SweepFails(string code) => (_asked, _fault) = (null, code);

    /// <summary>Call it when the worker starts: from now on this process should look again and again.</summary>
    public void WorkerStarts() => _worksSince = time.GetTimestamp();

    /// <summary>How long ago the last look was; null: there was none.</summary>
    public TimeSpan? SinceLook => _last is { } last ? time.GetElapsedTime(last.At) : null;

    /// <summary>Whether this process has a worker that has not looked at the folder for too long.</summary>
    public bool IsStuck =>
        _worksSince is { } start && time.GetElapsedTime(_last?.At ?? start) > options.SweepInterval + Patience;

    /// <summary>What is wrong although the store answers, in words for an operator; empty: nothing.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (_fault is { } fault)
            problems.Add($"The last sweep failed ({fault}). What is due waits until one succeeds; the log says why.");
        if (_asked is { } asked && time.GetElapsedTime(asked.At) > LongAsked)
            problems.Add("A sweep waits for the store's answers, and delivers nothing until they come.");
        if (_last is not null && store.Clock.IsInDoubt)
            problems.Add("The store's responses disagree about its time. Nothing falls due until they agree.");
        if (settled.Undeleted is > 0 and var undeleted)
        {
            problems.Add($"The store refuses to delete {undeleted} delivered schedules. They are not delivered again, "
                + "and what is due later for the same destinations waits. Grant s3:DeleteObject.");
        }

        if (settled.Unrecorded is > 0 and var unrecorded)
        {
            problems.Add($"Receipts can't be stored, of {unrecorded} so far. Those schedules were delivered and are "
                + "not deleted, nor delivered again, and what is due later for the same destinations waits.");
        }

        if (_last is { WaitingSince: { } since } && store.Clock.Earliest - since > LongDue)
            problems.Add($"Schedules that have been due since {DueTime.Write(since)} are not under way.");
        return problems;
    }

    private sealed record Asked(long At);

    private sealed record Look(long At, DateTimeOffset? WaitingSince);
}
