using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Collects what was copied, so that one receipt and one DELETE take many. A batch is ready when it is full, a second
/// after its first copy, at once when a lane waits for it, and when no copy will join it soon.
/// </summary>
internal sealed class DeleteBatches(Lanes lanes, TimeProvider time)
{
    private const int AtOnce = 4;

    /// <summary>A receipt is a PUT: so a steady stream of deliveries costs one a second.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<Copied> _copied = [];
    private long _since; // the first copy of the present batch
    private long? _taken; // the last batch
    private int _underWay;

    /// <param name="canGrow">As for <see cref="TryTake"/>.</param>
    /// <returns>How long until the present batch is ready; null: that depends on other events.</returns>
    public TimeSpan? ReadyIn(bool canGrow)
    {
        lock (_lock)
            return _copied.Count == 0 || _underWay >= AtOnce ? null : Longest - Age(canGrow);
    }

    public void Add(Copied copied)
    {
        lock (_lock)
        {
            if (_copied.Count == 0) _since = time.GetTimestamp();
            _copied.Add(copied);
        }
    }

    /// <param name="canGrow">Whether copies may soon join the batch.</param>
    /// <param name="isLast">Whether no copy will follow in this sweep.</param>
    /// <returns>A batch that is ready; null: none. Call <see cref="Ends"/> for each.</returns>
    public IReadOnlyList<Copied>? TryTake(bool canGrow, bool isLast)
    {
        lock (_lock)
        {
            if (_copied.Count == 0 || _underWay >= AtOnce) return null;
            var isReady = isLast || _copied.Count >= SweepPage.Size || Age(canGrow) >= Longest
                || lanes.IsAnyWaitedFor(_copied.Select(c => c.Lane));
            if (!isReady) return null;
            var batch = _copied.Take(SweepPage.Size).ToList();
            _copied.RemoveRange(0, batch.Count);
            _since = time.GetTimestamp();
            _taken = _since;
            _underWay++;
            return batch;
        }
    }

    public void Ends()
    {
        lock (_lock) _underWay--;
    }

    // Where nothing can join it, the second begins with the batch before.
    private TimeSpan Age(bool canGrow)
    {
        if (canGrow) return time.GetElapsedTime(_since);
        return _taken is { } taken ? time.GetElapsedTime(Math.Min(_since, taken)) : Longest;
    }
}

/// <param name="Attempt">Delivered or failed.</param>
internal readonly record struct Copied(Lane Lane, PendingSchedule Schedule, Attempt Attempt)
{
    public Receipt Receipt
    {
        get
        {
            var (key, listed) = (Schedule.Key, Schedule.Listed);
            // A store tells whole seconds, rounded down, of what was copied by an earlier sweep.
            var at = Attempt.CopiedAt > key.DueAt ? Attempt.CopiedAt : key.DueAt;
            return new Receipt(key.ToString(), DueTime.RoundUp(at), listed.Size, listed.ETag);
        }
    }
}
