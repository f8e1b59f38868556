using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Collects what was copied, so that one DELETE takes many. A batch is ready when it is full, a while after its first
/// copy, at once when a lane waits for it, and when nothing is under way that could join it.
/// </summary>
internal sealed class DeleteBatches(TimeProvider time)
{
    private const int AtOnce = 4;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly List<Copied> _copied = [];
    private bool _isAwaited;
    private long _since;
    private int _underWay;

    /// <summary>How long until the present batch is ready; null: that depends on other events.</summary>
    public TimeSpan? ReadyIn
    {
        get
        {
            lock (_lock)
                return _copied.Count == 0 || _underWay >= AtOnce ? null : Longest - time.GetElapsedTime(_since);
        }
    }

    /// <param name="isAwaited">Whether the next copy to that destination waits for this delete.</param>
    public void Add(Copied copied, bool isAwaited)
    {
        lock (_lock)
        {
            if (_copied.Count == 0) _since = time.GetTimestamp();
            _copied.Add(copied);
            _isAwaited |= isAwaited;
        }
    }

    /// <param name="canGrow">Whether copies may soon join the batch.</param>
    /// <returns>A batch that is ready; null: none. Call <see cref="Ends"/> for each.</returns>
    public IReadOnlyList<Copied>? TryTake(bool canGrow)
    {
        lock (_lock)
        {
            if (_copied.Count == 0 || _underWay >= AtOnce) return null;
            var isDue = _isAwaited || time.GetElapsedTime(_since) >= Longest;
            if (canGrow && !isDue && _copied.Count < SweepPage.Size) return null;
            var batch = _copied.Take(SweepPage.Size).ToList();
            _copied.RemoveRange(0, batch.Count);
            (_isAwaited, _since) = (false, time.GetTimestamp());
            _underWay++;
            return batch;
        }
    }

    public void Ends()
    {
        lock (_lock) _underWay--;
    }
}

/// <param name="Outcome">Delivered or Failed.</param>
internal readonly record struct Copied(Lane Lane, PendingSchedule Schedule, DeliveryOutcome Outcome);
