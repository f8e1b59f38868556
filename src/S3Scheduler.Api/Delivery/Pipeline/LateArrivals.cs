namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// The schedules that this process stored when they were due already. A look may have passed their place right before,
/// so the next one begins there.
/// </summary>
public sealed class LateArrivals(IObjectStore store)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _from;

    /// <summary>A schedule is stored, or may be. If it is not due yet, no look has passed its place.</summary>
    public void Add(DateTimeOffset dueAt)
    {
        if (store.Clock.Earliest >= dueAt) LookFrom(dueAt);
    }

    public void LookFrom(DateTimeOffset dueAt)
    {
        lock (_lock)
            if (!(_from <= dueAt)) _from = dueAt;
    }

    /// <summary>Where the look that begins now has to begin at the latest; null: anywhere.</summary>
    public DateTimeOffset? Take()
    {
        lock (_lock)
        {
            var from = _from;
            _from = null;
            return from;
        }
    }
}
