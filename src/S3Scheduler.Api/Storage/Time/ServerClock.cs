namespace S3Scheduler.Api.Storage.Time;

/// <summary>
/// Two bounds of the server's present time, learnt from its responses. The local clock may be wrong, and so may a
/// response: three in a row that agree are believed, one is not. Thread-safe.
/// </summary>
/// <param name="resolution">The unit to which the server rounds its time down; null: that of HTTP, a second.</param>
public sealed class ServerClock(TimeProvider time, TimeSpan? resolution = null)
{
    private const int Enough = 3;

    /// <summary>An answer counts in the generation in which it comes and in the next one.</summary>
    private const long GenerationSeconds = 60;

    private readonly TimeSpan _resolution = resolution ?? ServerTime.Resolution;
    private readonly Lock _lock = new();

    // What is believed: the answers of this generation, and of the one before.
    private ClockBounds? _recent;
    private ClockBounds? _older;
    private long _recentGeneration;

    // While in doubt: all that was said against it, and who has spoken last, how many times in a row.
    private ClockBounds? _contrary;
    private ClockBounds? _rival;
    private int _rivalAnswers;
    private int _agreeingAnswers;
    private int _steps;
    private int _jumps;

    /// <summary>
    /// The server's clock has reached this time. MinValue until three responses in a row agreed. While in doubt it is
    /// the earlier of what is believed and what was said against it. It can move back: old responses stop counting
    /// when newer ones arrive, and the server's clock can be set back. It does not promise to be ahead of a clock that
    /// three responses in a row agreed on, and that is put right later; nor to hold for each of several front ends
    /// whose clocks differ by up to about 4 seconds.
    /// </summary>
    public DateTimeOffset Earliest { get { lock (_lock) return Bounds?.Earliest(time) ?? DateTimeOffset.MinValue; } }

    /// <summary>
    /// The server's clock has not passed this time. MaxValue until three responses in a row agreed. While in doubt it
    /// is the later of what is believed and what was said against it. The limits of <see cref="Earliest"/> hold here.
    /// </summary>
    public DateTimeOffset Latest { get { lock (_lock) return Bounds?.Latest(time) ?? DateTimeOffset.MaxValue; } }

    /// <summary>
    /// Too few responses agreed yet, or one was far from the others (3 seconds or more) and three in a row have not yet
    /// decided about it. Stays true while front ends whose clocks are far apart alternate.
    /// </summary>
    public bool IsInDoubt { get { lock (_lock) return _recent is null || _contrary is not null; } }

    /// <summary>
    /// How many times the server's clock was found to have been set, by three responses in a row. It only grows. The
    /// first time counts if an earlier response was far from them: the clock may have been set in between. Not counted:
    /// small differences, and a local machine that slept.
    /// </summary>
    public int Steps { get { lock (_lock) return _steps; } }

    /// <summary>
    /// Those of <see cref="Steps"/>, and the sleeps that were longer by the wall clock than for the server: its clock
    /// may have been set meanwhile.
    /// </summary>
    public int Jumps { get { lock (_lock) return _jumps; } }

    private ClockBounds? Bounds =>
        Believed is { } believed && _contrary is { } contrary ? believed.Widened(contrary, time) : Believed;

    private ClockBounds? Believed =>
        _recent is { } recent && _older is { } older ? recent.Narrowed(older, time) : _recent;

    private long Generation => time.GetTimestamp() / time.TimestampFrequency / GenerationSeconds;

    /// <summary>
    /// How long to wait until <see cref="Earliest"/> reaches a time, if no response changes it; zero while it is
    /// MinValue.
    /// </summary>
    public TimeSpan PauseUntil(DateTimeOffset serverTime)
    {
        var earliest = Earliest;
        var left = earliest > DateTimeOffset.MinValue ? serverTime - earliest : TimeSpan.Zero;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left / ClockBounds.Slow + TimeSpan.FromMilliseconds(1);
    }

    /// <summary>Reads the local clocks. Call it right before a request is sent.</summary>
    public LocalTime Read() => LocalTime.Read(time);

    /// <summary>
    /// Call it when a response with this Date has arrived. Any Date will do; one before the year 2000 or from 9000 on
    /// teaches the clock nothing.
    /// </summary>
    /// <param name="sent">The local clocks right before the request was sent.</param>
    /// <param name="arrived">The local clocks when the response arrived; null: it has arrived now.</param>
    /// <returns>What this response says, even if it is odd.</returns>
    public ServerTime Observe(DateTimeOffset date, LocalTime sent, LocalTime? arrived = null)
    {
        var received = arrived ?? Read();
        if (date.Year is >= 2000 and < 9000) lock (_lock) Learn(ClockBounds.Of(date, _resolution, sent, received));
        return new ServerTime(date, Elapsed(sent));
    }

    /// <summary>Uses the clock that advanced more: the monotonic one may stop while the machine sleeps.</summary>
    public TimeSpan Elapsed(LocalTime since) => since.Elapsed(time);

    private void Learn(ClockBounds answer)
    {
        if (Believed is { } believed && believed.Agrees(answer, time))
        {
            Keep(believed, answer);
            (_rival, _rivalAnswers) = (null, 0);
            if (_contrary is not null && ++_agreeingAnswers == Enough) _contrary = null;
            return;
        }

        _agreeingAnswers = 0;
        _contrary = _contrary?.Widened(answer, time) ?? answer;
        var again = _rival is { } rival && rival.Agrees(answer, time);
        (_rival, _rivalAnswers) = again ? (_rival!.Value.With(answer, time), _rivalAnswers + 1) : (answer, 1);
        if (_rivalAnswers == Enough) Believe(_rival.Value);
    }

    private void Believe(ClockBounds rival)
    {
        var isStep = Believed is { } before
            ? !rival.IsAfterSleep(before, time)
            : _contrary!.Value.IsFarWider(rival, time);
        if (isStep) _steps++;
        if (isStep || (Believed is { } slept && rival.IsShorterThanByWall(slept, time))) _jumps++;
        Restart(rival);
        (_contrary, _rival, _rivalAnswers) = (null, null, 0);
    }

    private void Keep(ClockBounds believed, ClockBounds answer)
    {
        var ago = Generation - _recentGeneration;
        if (believed.Crosses(answer, time)) Restart(believed.Widened(answer, time));
        else if (ago == 0) _recent = _recent!.Value.Narrowed(answer, time);
        else (_older, _recent, _recentGeneration) = (ago == 1 ? _recent : null, answer, Generation);
    }

    private void Restart(ClockBounds bounds) => (_older, _recent, _recentGeneration) = (null, bounds, Generation);
}
