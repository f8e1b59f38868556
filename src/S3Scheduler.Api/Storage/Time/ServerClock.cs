namespace S3Scheduler.Api.Storage.Time;

/// <summary>
/// Two bounds of the server's present time, learnt from its responses. Whatever the local clock says, the server's
/// clock is between them. Each bound moves outwards by 0.1 % of the elapsed time: real clocks drift less.
/// </summary>
public sealed class ServerClock(TimeProvider time)
{
    private const double Slow = 0.999;
    private const double Fast = 1.001;

    private readonly Lock _lock = new();
    private volatile Bound? _earliest;
    private volatile Bound? _latest;

    /// <summary>The server's clock has reached this time. MinValue before any response.</summary>
    public DateTimeOffset Earliest => _earliest is { } bound ? EarliestFrom(bound) : DateTimeOffset.MinValue;

    /// <summary>The server's clock has not passed this time. MaxValue before any response.</summary>
    public DateTimeOffset Latest => _latest is { } bound ? LatestFrom(bound) : DateTimeOffset.MaxValue;

    /// <summary>How long to wait until <see cref="Earliest"/> reaches a time; zero before any response.</summary>
    public TimeSpan PauseUntil(DateTimeOffset serverTime)
    {
        var left = _earliest is { } bound ? serverTime - EarliestFrom(bound) : TimeSpan.Zero;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left / Slow + TimeSpan.FromMilliseconds(1);
    }

    /// <summary>Reads the local clocks. Call it right before a request is sent.</summary>
    public LocalTime Read() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>Call it when a response with this Date has arrived. Only narrower bounds replace old ones.</summary>
    /// <param name="sent">The local clocks right before the request was sent.</param>
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

    /// <summary>Uses the clock that advanced more: the monotonic one may stop while the machine sleeps.</summary>
    public TimeSpan Elapsed(LocalTime since)
    {
        var monotonic = time.GetElapsedTime(since.Timestamp);
        var wall = time.GetUtcNow() - since.Wall;
        return monotonic > wall ? monotonic : wall;
    }

    // Only the monotonic clock: a wall clock that is set forward must not make a delivery early.
    private DateTimeOffset EarliestFrom(Bound bound) =>
        bound.Server + time.GetElapsedTime(bound.Local.Timestamp) * Slow;

    // A wall clock near the end of time must not make this overflow.
    private DateTimeOffset LatestFrom(Bound bound)
    {
        var elapsed = Elapsed(bound.Local) * Fast;
        return elapsed < DateTimeOffset.MaxValue - bound.Server ? bound.Server + elapsed : DateTimeOffset.MaxValue;
    }

    private sealed record Bound(DateTimeOffset Server, LocalTime Local);
}

/// <summary>A reading of the local monotonic and wall clocks.</summary>
public readonly record struct LocalTime(long Timestamp, DateTimeOffset Wall);
