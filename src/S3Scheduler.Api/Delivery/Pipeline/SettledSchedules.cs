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
        get { lock (_lock) return _entries.Values.Count(e => e.IsRefused && !IsGone(e)); }
    }

    /// <summary>Null: nothing is known, or another object has the key now.</summary>
    public DeliveryOutcome? Find(PendingSchedule schedule)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(schedule.Listed, out var entry)) return null;
            entry.Seen = time.GetTimestamp();
            return entry.Outcome;
        }
    }

    /// <summary>Whether the store has refused each delete, so the object is still the one that was listed.</summary>
    public bool IsRefused(PendingSchedule schedule)
    {
        lock (_lock) return _entries.TryGetValue(schedule.Listed, out var entry) && entry.IsRefused;
    }

    /// <param name="isRefused">Whether the store has said that it did not delete it; false: perhaps it did.</param>
    /// <returns>Whether that is new.</returns>
    public bool Add(PendingSchedule schedule, DeliveryOutcome outcome, bool isRefused = false)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(schedule.Listed, out var known))
            {
                known.IsRefused &= isRefused;
                return false;
            }

            if (_entries.Count >= Most)
                foreach (var (listed, entry) in _entries.Where(e => IsGone(e.Value)).ToList()) _entries.Remove(listed);
            if (_entries.Count < Most)
                _entries[schedule.Listed] = new Entry(outcome) { IsRefused = isRefused, Seen = time.GetTimestamp() };
            return true;
        }
    }

    public void Remove(PendingSchedule schedule) { lock (_lock) _entries.Remove(schedule.Listed); }

    /// <summary>
    /// Call it when a sweep begins. Other processes may have marked schedules, and one whose object can be copied again
    /// must wait for a retry.
    /// </summary>
    /// <param name="marks">The schedules that have a mark under <c>.failed</c>.</param>
    public void SetMarks(HashSet<ScheduleKey> marks) { lock (_lock) _marks = marks; }

    /// <summary>Whether there is a mark for that key, of this schedule or of an earlier one.</summary>
    public bool MayBeMarked(ScheduleKey key) { lock (_lock) return _marks.Contains(key); }

    private bool IsGone(Entry entry) => time.GetElapsedTime(entry.Seen) > Gone;

    private sealed record Entry(DeliveryOutcome Outcome)
    {
        public bool IsRefused { get; set; }

        public long Seen { get; set; } // the timestamp of the last look that showed it
    }
}
