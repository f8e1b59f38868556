namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Says which lane may copy next. Buckets take turns. There are two limits: so many copies in all, and a quarter of
/// that for each bucket. A copy that takes longer than a second no longer counts for the first limit, so a bucket that
/// is slow or hangs delays no other one. Not thread-safe: <see cref="Lanes"/> has the lock.
/// </summary>
internal sealed class LaneQueue(int concurrency, DestinationBackoff backoff, TimeProvider time)
{
    public static readonly TimeSpan LongCopy = TimeSpan.FromSeconds(1);

    private readonly int _perBucket = Math.Max(1, concurrency / 4);
    private readonly Queue<LaneBucket> _turns = new(); // buckets with lanes that may start
    private readonly PriorityQueue<Lane, long> _paused = new(); // by the timestamp at which they may go on
    private readonly Queue<(Lane Lane, int Copy, long Started)> _sharing = new(); // copies with a shared place
    private int _sharedPlaces;
    private int _copies;

    /// <summary>Whether a lane whose pause is over may start again.</summary>
    public bool EndsPauses { get; set; } = true;

    /// <summary>Whether a copy has been under way for so long that it takes none of the places for all.</summary>
    public bool HasLongCopy
    {
        get
        {
            FreeSharedPlaces();
            return _copies > _sharedPlaces;
        }
    }

    /// <summary>Whether a lane may start now, or when a copy under way ends.</summary>
    public bool HasReady
    {
        get
        {
            EndPauses();
            return _turns.Count > 0;
        }
    }

    /// <summary>The due time of the first schedule that could be copied if there were a place; null: none.</summary>
    public DateTimeOffset? WaitingSince =>
        _turns.Where(b => b.Ready.Count > 0).Min(b => b.Ready.Peek().Waiting.Min?.Key.DueAt);

    /// <summary>How long until a lane may start for another reason than an event; null: none will.</summary>
    public TimeSpan? NextStart
    {
        get
        {
            var now = time.GetTimestamp();
            var next = EndsPauses ? NextPauseEnd : null;
            if (_sharing.TryPeek(out var oldest) && _turns.Count > 0
                && LongCopy - time.GetElapsedTime(oldest.Started, now) is var left && !(next < left)) next = left;
            return next < TimeSpan.Zero ? TimeSpan.Zero : next;
        }
    }

    /// <summary>How long until the first pause of a lane is over; null: no lane pauses.</summary>
    public TimeSpan? NextPauseEnd =>
        _paused.TryPeek(out _, out var at) ? time.GetElapsedTime(time.GetTimestamp(), at) : null;

    /// <summary>Queues a lane that has something to copy, unless it is queued. It waits for its pause to end.</summary>
    public void Add(Lane lane)
    {
        if (lane.IsQueued) return;
        lane.IsQueued = true;
        if (backoff.Pause(lane.Destination) is var pause && pause > TimeSpan.Zero)
        {
            lane.HasPaused = true;
            _paused.Enqueue(lane, time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency) + 1);
            return;
        }

        lane.Bucket.Ready.Enqueue(lane);
        if (!lane.Bucket.IsQueued) _turns.Enqueue(lane.Bucket);
        lane.Bucket.IsQueued = true;
    }

    /// <summary>Takes the next lane that may copy now; null: none. Call <see cref="CopyEnds"/> for each.</summary>
    public Lane? TryTake()
    {
        EndPauses();
        FreeSharedPlaces();
        if (_sharedPlaces >= concurrency) return null;
        for (var turns = _turns.Count; turns > 0; turns--)
        {
            var bucket = _turns.Dequeue();
            var lane = TryTake(bucket);
            bucket.IsQueued = bucket.Ready.Count > 0;
            if (bucket.IsQueued) _turns.Enqueue(bucket);
            if (lane is null) continue;

            lane.Copies++;
            lane.IsCopying = true;
            lane.HasSharedPlace = true;
            bucket.Copies++;
            _sharedPlaces++;
            _copies++;
            _sharing.Enqueue((lane, lane.Copies, time.GetTimestamp()));
            return lane;
        }

        return null;
    }

    public void CopyEnds(Lane lane)
    {
        lane.IsCopying = false;
        lane.Bucket.Copies--;
        _copies--;
        if (lane.HasSharedPlace) _sharedPlaces--;
        lane.HasSharedPlace = false;
    }

    private Lane? TryTake(LaneBucket bucket)
    {
        while (bucket.Copies < (backoff.IsIll(bucket.Name) ? 1 : _perBucket)
            && bucket.Ready.TryDequeue(out var lane))
        {
            lane.IsQueued = false;
            if (backoff.Pause(lane.Destination) <= TimeSpan.Zero) return lane;
            Add(lane); // its bucket began a pause meanwhile
        }

        return null;
    }

    private void EndPauses()
    {
        while (EndsPauses && _paused.TryPeek(out var lane, out var at) && at <= time.GetTimestamp())
        {
            _paused.Dequeue();
            lane.IsQueued = false;
            Add(lane);
        }
    }

    private void FreeSharedPlaces()
    {
        while (_sharing.TryPeek(out var copy))
        {
            var isOver = copy.Lane.Copies != copy.Copy || !copy.Lane.HasSharedPlace;
            if (!isOver && time.GetElapsedTime(copy.Started) < LongCopy) return;
            if (!isOver)
            {
                copy.Lane.HasSharedPlace = false;
                _sharedPlaces--;
            }

            _sharing.Dequeue();
        }
    }
}
