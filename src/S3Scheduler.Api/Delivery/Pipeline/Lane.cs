namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// The due schedules of one destination that a sweep has in hand, in due order. One at a time is delivered: the next
/// copy starts when the delete before it is acknowledged, so the newest content stays at the destination.
/// </summary>
internal sealed class Lane(Destination destination, LaneBucket bucket)
{
    /// <summary>The most schedules of one lane.</summary>
    public const int Room = 100;

    public Destination Destination => destination;

    public LaneBucket Bucket => bucket;

    public Intake Intake { get; } = new(Room, bucket.Intake);

    public SortedSet<PendingSchedule> Waiting { get; } = new(DueOrder.Instance);

    /// <summary>The one that is being copied or deleted; null: none.</summary>
    public PendingSchedule? Current { get; set; }

    /// <summary>When the first of its schedules was due.</summary>
    public DateTimeOffset? DueFrom => Waiting.Min is { } first && !(Current?.Key.DueAt < first.Key.DueAt)
        ? first.Key.DueAt : Current?.Key.DueAt;

    /// <summary>All its schedules are due by then.</summary>
    public DateTimeOffset DueBy => (Waiting.Max ?? Current)?.Key.DueAt ?? DateTimeOffset.MinValue;

    /// <summary>
    /// The keys of schedules with a copy of unknown outcome. Before they are copied again, the destination is looked
    /// at. One that was stored late may come before them.
    /// </summary>
    public HashSet<string> Unresolved { get; } = [];

    /// <summary>Whether an earlier copy of the current schedule has an unknown outcome.</summary>
    public bool IsUnresolved => Unresolved.Contains(Current!.Listed.Key);

    /// <summary>Whether a copy is under way, not only a delete.</summary>
    public bool IsCopying { get; set; }

    /// <summary>Whether it is in a queue of lanes that may start, now or after a pause.</summary>
    public bool IsQueued { get; set; }

    /// <summary>
    /// Whether its first schedule was tried and is to be tried again later, or its destination was left alone before.
    /// </summary>
    public bool HasPaused { get; set; }

    /// <summary>Whether one that was due by then has not been tried, and waits for none that was.</summary>
    public bool IsUntried(DateTimeOffset dueBy) =>
        !HasPaused && (IsCopying ? DueFrom : Waiting.Min?.Key.DueAt) <= dueBy;

    /// <summary>Tells one copy of this lane from the next.</summary>
    public int Copies { get; set; }

    /// <summary>Whether its copy takes one of the places that all buckets share.</summary>
    public bool HasSharedPlace { get; set; }

    private sealed class DueOrder : IComparer<PendingSchedule>
    {
        public static readonly DueOrder Instance = new();

        public int Compare(PendingSchedule? x, PendingSchedule? y) => x!.Key.DueAt.CompareTo(y!.Key.DueAt) is var order
            && order != 0 ? order : string.CompareOrdinal(x.Listed.Key, y.Listed.Key);
    }
}

/// <summary>What the lanes of one destination bucket share.</summary>
internal sealed class LaneBucket(string name, int room)
{
    public string Name => name;

    public Intake Intake { get; } = new(room);

    /// <summary>Lanes whose next copy may start.</summary>
    public Queue<Lane> Ready { get; } = new();

    /// <summary>Copies under way.</summary>
    public int Copies { get; set; }

    /// <summary>Whether it is in the queue of buckets that take turns.</summary>
    public bool IsQueued { get; set; }
}
