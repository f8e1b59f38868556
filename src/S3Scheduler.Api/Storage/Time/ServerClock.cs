namespace S3Scheduler.Api.Storage.Time;

/// <summary>
/// Two bounds of the server's present time, kept from its answers: whatever the local clock says, the server's own is
/// between them. Between answers they drift apart by a thousandth of the time elapsed, more than a real clock does.
/// </summary>
public sealed class ServerClock(TimeProvider time)
{
    private const double Slow = 0.999;
    private const double Fast = 1.001;

    private readonly Lock _lock = new();
    private Bound? _earliest;
    private Bound? _latest;

    /// <summary>Whether any answer has been seen. Until then the bounds are the ends of time.</summary>
    public bool IsKnown
    {
        get { lock (_lock) return _earliest is not null; }
    }

    /// <summary>The server's clock has reached this.</summary>
    public DateTimeOffset Earliest
    {
        get { lock (_lock) return _earliest is { } bound ? EarliestFrom(bound) : DateTimeOffset.MinValue; }
    }

    /// <summary>The server's clock has not passed this.</summary>
    public DateTimeOffset Latest
    {
        get { lock (_lock) return _latest is { } bound ? LatestFrom(bound) : DateTimeOffset.MaxValue; }
    }

    /// <summary>How long to wait until <see cref="Earliest"/> has reached a time; zero if nothing is known yet.</summary>
    public TimeSpan PauseUntil(DateTimeOffset serverTime)
    {
        lock (_lock)
        {
            var left = _earliest is { } bound ? serverTime - EarliestFrom(bound) : TimeSpan.Zero;
            return left <= TimeSpan.Zero ? TimeSpan.Zero : left / Slow + TimeSpan.FromMilliseconds(1);
        }
    }

    /// <summary>The local clocks, to be read right before a request is sent and again when its answer has arrived.</summary>
    public LocalTime Read() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>Takes in an answer that bears <paramref name="date"/>, to a request sent at <paramref name="sent"/>.</summary>
    public ServerTime Observe(DateTimeOffset date, LocalTime sent)
    {
        var received = Read();
        var earliest = new Bound(date, received);
        var latest = new Bound(date + ServerTime.Resolution, sent);
        lock (_lock)
        {
            if (_earliest is not { } e || EarliestFrom(earliest) > EarliestFrom(e)) _earliest = earliest;
            if (_latest is not { } l || LatestFrom(latest) < LatestFrom(l)) _latest = latest;
        }

        return new ServerTime(date, Elapsed(sent));
    }

    /// <summary>
    /// How much time has passed here, by the larger of two clocks: the monotonic one may stand still while the machine
    /// sleeps.
    /// </summary>
    public TimeSpan Elapsed(LocalTime since)
    {
        var monotonic = time.GetElapsedTime(since.Timestamp);
        var wall = time.GetUtcNow() - since.Wall;
        return monotonic > wall ? monotonic : wall;
    }

    // The monotonic clock alone: a wall clock that is set forward must not make anything early.
    private DateTimeOffset EarliestFrom(Bound bound) => bound.Server + time.GetElapsedTime(bound.Local.Timestamp) * Slow;

    // No further than time goes: a wall clock that was set to its end must not keep the next answer out.
    private DateTimeOffset LatestFrom(Bound bound)
    {
        var elapsed = Elapsed(bound.Local) * Fast;
        return elapsed < DateTimeOffset.MaxValue - bound.Server ? bound.Server + elapsed : DateTimeOffset.MaxValue;
    }

    private readonly record struct Bound(DateTimeOffset Server, LocalTime Local);
}

/// <summary>A reading of the local monotonic and wall clocks.</summary>
public readonly record struct LocalTime(long Timestamp, DateTimeOffset Wall);
