using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// What is due and still pending. A process knows that from the looks that it makes anyway, so it costs no request, and
/// a process without the lease knows it too.
/// </summary>
public sealed class Backlog
{
    private readonly IObjectStore _store;
    private volatile Seen? _seen;
    private volatile Underway? _sweep;

    public Backlog(IObjectStore store, SchedulerMetrics metrics)
    {
        _store = store;
        metrics.ObserveBacklog(Read);
    }

    /// <summary>Call it after a look at the folder without a lease.</summary>
    /// <param name="page">Shows the first of the due schedules: as many as one small page has.</param>
    public void Looked(SweepPage page) =>
        _seen = new Seen(page.Due.Count > 0 ? page.Due[0].Key.DueAt : null, page.Due.Count, page.NextDueAt);

    /// <summary>From now on the sweep in progress knows more than the last look.</summary>
    internal void SweepBegins(Lanes lanes, Looks looks) => _sweep = new Underway(lanes, looks);

    /// <summary>What the sweep leaves stays pending.</summary>
    internal void SweepEnds()
    {
        if (_sweep is { } sweep) _seen = sweep.See();
        _sweep = null;
    }

    /// <summary>Null: this process has not looked yet.</summary>
    public BacklogReading? Read()
    {
        if ((_sweep?.See() ?? _seen) is not { } seen) return null;
        // What has fallen due since the last look is pending until another look shows what became of it.
        var isNextDue = seen.NextDueAt <= _store.Clock.Earliest;
        if ((seen.OldestDueAt ?? (isNextDue ? seen.NextDueAt : null)) is not { } oldest) return default(BacklogReading);
        return new BacklogReading(_store.Since(oldest), seen.Count + (isNextDue ? 1 : 0));
    }

    private sealed record Seen(DateTimeOffset? OldestDueAt, int Count, DateTimeOffset? NextDueAt);

    private sealed record Underway(Lanes Lanes, Looks Looks)
    {
        public Seen See()
        {
            var (oldest, count) = Lanes.Pending;
            return new Seen(oldest, count, Looks.NextDueAt);
        }
    }
}
