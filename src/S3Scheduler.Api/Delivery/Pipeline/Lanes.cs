namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// What a sweep has in hand: a lane for each destination, so that none waits for another. Bounded, whatever the
/// backlog: what there is no room for is passed over, and a later look shows it again.
/// </summary>
internal sealed class Lanes(int concurrency, DestinationBackoff backoff, TimeProvider time)
{
    private const int TotalRoom = 20_000;
    private const int BucketRoom = 10_000;

    /// <summary>What each bucket may have in hand even when the others have used up the total room.</summary>
    private const int BucketMinimum = 100;

    private readonly Lock _lock = new();
    private readonly LaneQueue _queue = new(concurrency, backoff, time);
    private readonly Dictionary<Destination, Lane> _lanes = [];
    private readonly Dictionary<string, LaneBucket> _buckets = [];
    private readonly HashSet<Intake> _short = []; // those that have passed over schedules
    private readonly HashSet<string> _settledMeanwhile = []; // keys settled since the last LIST was sent
    private readonly HashSet<string> _unresolvedBefore = []; // keys that the store did not have any more
    private Lane? _untried; // one of them, when that was asked for
    private int _inHand;
    private DateTimeOffset? _passedOverFrom;
    private int _passedOver; // by the last look that has ended, and since
    private int _passing; // by the look under way

    /// <summary>Copies and deletes under way.</summary>
    public int UnderWay { get; private set; }

    public bool IsEmpty { get { lock (_lock) return _lanes.Count == 0 && _short.Count == 0; } }

    /// <summary>Whether there was no room for schedules that a look has shown.</summary>
    public bool HavePassedOver { get { lock (_lock) return _short.Count > 0; } }

    /// <inheritdoc cref="LaneQueue.HasReady"/>
    public bool HasReady { get { lock (_lock) return _queue.HasReady; } }

    /// <inheritdoc cref="LaneQueue.WaitingSince"/>
    public DateTimeOffset? WaitingSince { get { lock (_lock) return _queue.WaitingSince; } }

    /// <inheritdoc cref="LaneQueue.HasLongCopy"/>
    public bool HasLongCopy { get { lock (_lock) return _queue.HasLongCopy; } }

    /// <summary>
    /// When the first schedule that is due was due, and how many there are. What was passed over is counted by looks,
    /// so that part may lag behind.
    /// </summary>
    public (DateTimeOffset? DueFrom, int Count) Pending
    {
        get
        {
            lock (_lock)
                return (_lanes.Values.Select(l => l.DueFrom).Append(_passedOverFrom).Min(), _inHand + _passedOver);
        }
    }

    /// <inheritdoc cref="LaneQueue.NextStart"/>
    public TimeSpan? NextStart { get { lock (_lock) return _queue.NextStart; } }

    /// <inheritdoc cref="LaneQueue.NextPauseEnd"/>
    public TimeSpan? NextPauseEnd { get { lock (_lock) return _queue.NextPauseEnd; } }

    /// <summary>Whether all that was due by then was copied or tried, or waits for one that was tried.</summary>
    public bool HasTried(DateTimeOffset dueBy)
    {
        lock (_lock)
        {
            // Asked after each copy. The last of thousands of lanes is tried last, so it nearly always has the answer.
            if (_untried?.IsUntried(dueBy) != true) _untried = _lanes.Values.LastOrDefault(l => l.IsUntried(dueBy));
            return _untried is null;
        }
    }

    /// <summary>From now on, no lane that pauses starts again.</summary>
    public void KeepPauses() { lock (_lock) _queue.EndsPauses = false; }

    /// <summary>Whether there is room again for schedules that were passed over.</summary>
    public bool WantsLook
    {
        get { lock (_lock) return _short.Any(i => i.WantsLook && (i.Count == 0 || _inHand <= TotalRoom / 2)); }
    }

    /// <summary>Call it right before a LIST is sent: keys that are settled from now on may still be in it.</summary>
    public void LookIsSent() { lock (_lock) _settledMeanwhile.Clear(); }

    /// <summary>A look begins that shows again all that was passed over.</summary>
    /// <returns>The due time of the first one; null: nothing was passed over.</returns>
    public DateTimeOffset? LookBegins(int look)
    {
        lock (_lock)
        {
            foreach (var intake in _short) intake.LookBegins(look);
            var from = _passedOverFrom;
            _passedOverFrom = null;
            _passing = 0;
            return from;
        }
    }

    /// <returns>Whether that look can still add something that was passed over.</returns>
    public bool IsFilledBy(int look) { lock (_lock) return _short.Any(i => i.Accepts(look)); }

    /// <summary>That look has shown everything.</summary>
    public void LookEnds(int look)
    {
        lock (_lock)
        {
            _passedOver = _passing;
            foreach (var intake in _short) intake.LookEnds(look);
            _short.RemoveWhere(i => !i.HasPassedOver);
            foreach (var lane in _lanes.Values.Where(IsDone).ToList()) _lanes.Remove(lane.Destination);
        }
    }

    /// <summary>Takes what a look shows, in due order.</summary>
    /// <param name="look">The look's number; 0: a forward look.</param>
    public void Offer(IEnumerable<PendingSchedule> due, int look)
    {
        lock (_lock)
            foreach (var schedule in due) Offer(schedule, look);
    }

    /// <summary>Takes the next lane that may copy, with its current schedule. Null: none may now.</summary>
    public Lane? TryStart()
    {
        lock (_lock)
        {
            if (_queue.TryTake() is not { } lane) return null;
            lane.Current = lane.Waiting.Min!;
            lane.Waiting.Remove(lane.Current);
            UnderWay++;
            return lane;
        }
    }

    public void CopyEnds(Lane lane) { lock (_lock) _queue.CopyEnds(lane); }

    /// <summary>Whether the next schedule of one of these lanes waits for the present one.</summary>
    public bool IsAnyWaitedFor(IEnumerable<Lane> lanes) { lock (_lock) return lanes.Any(l => l.Waiting.Count > 0); }

    /// <summary>The lane's schedule is no longer pending, or need not be tried again.</summary>
    /// <param name="isGone">The store says so. If a look shows it again, its copy is still of unknown outcome.</param>
    public void Settle(Lane lane, bool isGone = false)
    {
        lock (_lock)
        {
            UnderWay--;
            _settledMeanwhile.Add(lane.Current!.Listed.Key);
            if (lane.Unresolved.Remove(lane.Current.Listed.Key) && isGone && _unresolvedBefore.Count < TotalRoom)
                _unresolvedBefore.Add(lane.Current.Listed.Key);
            lane.Current = null;
            lane.HasPaused = false;
            lane.Intake.Remove();
            lane.Bucket.Intake.Remove();
            _inHand--;
            if (lane.Waiting.Count > 0) _queue.Add(lane);
            else if (IsDone(lane)) _lanes.Remove(lane.Destination);
        }
    }

    /// <summary>The lane's schedule stays pending, and is tried again after the pause of its destination.</summary>
    public void Hold(Lane lane, bool isUnresolved)
    {
        lock (_lock)
        {
            UnderWay--;
            if (isUnresolved) lane.Unresolved.Add(lane.Current!.Listed.Key);
            lane.Waiting.Add(lane.Current!);
            lane.Current = null;
            _queue.Add(lane);
        }
    }

    /// <summary>
    /// The buckets with schedules that stay pending, by when these are due, and whether a delivery of unknown
    /// outcome is among them.
    /// </summary>
    public IReadOnlyList<(string Bucket, DateTimeOffset DueBy, bool IsUnresolved)> Left()
    {
        lock (_lock)
        {
            var passedOver = _buckets.Values.Where(b => b.Intake.HasPassedOver)
                .Select(b => (b.Name, DateTimeOffset.MinValue, false));
            return [.. _lanes.Values.Select(l => (l.Bucket.Name, l.DueBy, l.Unresolved.Count > 0)).Concat(passedOver)];
        }
    }

    private void Offer(PendingSchedule schedule, int look)
    {
        if (_settledMeanwhile.Contains(schedule.Listed.Key)) return;
        var destination = schedule.Key.Destination;
        if (!_buckets.TryGetValue(destination.Bucket, out var bucket))
            _buckets[destination.Bucket] = bucket = new LaneBucket(destination.Bucket, BucketRoom);
        var lane = _lanes.GetValueOrDefault(destination) ?? new Lane(destination, bucket);
        if (lane.Current?.Listed.Key == schedule.Listed.Key || lane.Waiting.Contains(schedule)) return;
        if (!lane.Intake.Accepts(look))
        {
            CountPassedOver(look);
            return;
        }

        var isFull = bucket.Intake.IsFull || (_inHand >= TotalRoom && bucket.Intake.Count >= BucketMinimum);
        if (isFull || lane.Intake.IsFull)
        {
            PassOver(isFull ? bucket.Intake : lane.Intake, schedule);
            CountPassedOver(look);
            return;
        }

        if (look != Looks.Forward && _passedOver > 0) _passedOver--;
        _lanes[destination] = lane;
        lane.Intake.Add();
        bucket.Intake.Add();
        _inHand++;
        lane.Waiting.Add(schedule);
        if (_unresolvedBefore.Contains(schedule.Listed.Key)) lane.Unresolved.Add(schedule.Listed.Key);
        if (lane.Current is null) _queue.Add(lane);
    }

    private void PassOver(Intake intake, PendingSchedule schedule)
    {
        intake.PassOver();
        _short.Add(intake);
        if (!(_passedOverFrom <= schedule.Key.DueAt)) _passedOverFrom = schedule.Key.DueAt;
    }

    // A forward look shows what is new. The others show again what was passed over before.
    private void CountPassedOver(int look)
    {
        if (look == Looks.Forward) _passedOver++;
        else _passing++;
    }

    private static bool IsDone(Lane lane) =>
        lane is { Current: null, Waiting.Count: 0, Intake.HasPassedOver: false };
}
