namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// What this process knows of pending objects that are still listed although nothing is left to copy: the delete after
/// a delivery was refused, or the failed content can't be moved. No later sweep of this process copies them again.
/// </summary>
public sealed class SettledSchedules(TimeProvider time)
{
    /// <summary>Beyond this number the destination and the folder are asked again, as after a restart.</summary>
    private const int Most = 100_000;

    /// <summary>What no look has shown for so long is no longer there. Full looks come more often.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<ListedObject, Entry> _entries = [];
    private HashSet<ScheduleKey> _marks = [];

    /// <summary>How many were copied, and can't be deleted because the store refuses it.</summary>
    public int Undeleted
    {
        get { lock (_lock) return Count(hasReceipt: true); }
    }

    /// <summary>How many were delivered, and can't be deleted because their receipts can't be stored.</summary>
    public int Unrecorded
    {
        get { lock (_lock) return Count(hasReceipt: false); }
    }

    /// <summary>Null: nothing is known, or another object has the key now.</summary>
    public Attempt? Find(PendingSchedule schedule)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(schedule.Listed, out var entry)) return null;
            entry.Seen = time.GetTimestamp();
            return entry.Attempt;
        }
    }

    /// <summary>Whether the store has refused each delete, so the object is still the one that was listed.</summary>
    public bool IsRefused(PendingSchedule schedule)
    {
        lock (_lock) return _entries.TryGetValue(schedule.Listed, out var entry) && entry.IsRefused;
    }

    /// <summary>Whether a receipt of its delivery was stored, and only its delete is missing.</summary>
    public bool HasReceipt(PendingSchedule schedule)
    {
        lock (_lock) return _entries.TryGetValue(schedule.Listed, out var entry) && entry.HasReceipt;
    }

    /// <param name="isRefused">Whether the store has said that it did not delete it; false: perhaps it did.</param>
    /// <param name="hasReceipt">Whether a receipt of its delivery was stored.</param>
    /// <returns>Whether that is new.</returns>
    public bool Add(PendingSchedule schedule, Attempt attempt, bool isRefused = false, bool hasReceipt = false)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(schedule.Listed, out var known))
            {
                known.IsRefused &= isRefused;
                known.HasReceipt |= hasReceipt;
                return false;
            }

            if (_entries.Count >= Most)
                foreach (var (listed, entry) in _entries.Where(e => IsGone(e.Value)).ToList()) _entries.Remove(listed);
            if (_entries.Count < Most)
            {
                _entries[schedule.Listed] = new Entry(attempt)
                {
                    IsRefused = isRefused,
                    HasReceipt = hasReceipt,
                    Seen = time.GetTimestamp(),
                };
            }

            return true;
        }
    }

    /// <returns>Whether something was known.</returns>
    public bool Remove(PendingSchedule schedule) { lock (_lock) return _entries.Remove(schedule.Listed); }

    /// <summary>The store says that it is not there. If a look shows it again, it is not copied again either.</summary>
    public void SeemsGone(PendingSchedule schedule)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(schedule.Listed, out var entry)) return;
            entry.IsRefused = false;
            if (entry.Attempt.Outcome == DeliveryOutcome.Marked) _entries.Remove(schedule.Listed);
        }
    }

    /// <summary>
    /// Call it when a sweep begins. Other processes may have marked schedules, and one whose object can be copied again
    /// must wait for a retry.
    /// </summary>
    /// <param name="marks">The schedules that have a mark under <c>.failed</c>.</param>
    public void SetMarks(HashSet<ScheduleKey> marks) { lock (_lock) _marks = marks; }

    /// <summary>Whether there is a mark for that key, of this schedule or of an earlier one.</summary>
    public bool MayBeMarked(ScheduleKey key) { lock (_lock) return _marks.Contains(key); }

    private int Count(bool hasReceipt) =>
        _entries.Values.Count(e => e.IsRefused && e.HasReceipt == hasReceipt && !IsGone(e));

    private bool IsGone(Entry entry) => time.GetElapsedTime(entry.Seen) > Gone;

    private sealed record Entry(Attempt Attempt)
    {
        public bool IsRefused { get; set; }

        public bool HasReceipt { get; set; }

        public long Seen { get; set; } // the timestamp of the last look that showed it
    }
}
