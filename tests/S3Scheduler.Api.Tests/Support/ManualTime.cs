namespace S3Scheduler.Api.Tests.Support;

/// <summary>
/// A machine's clocks and timers, which a test moves. Real time, which all machines share, moves in
/// <see cref="Advance"/> and <see cref="Sleep"/>. The wall clock can jump, and the monotonic clock, which the timers
/// follow, can stand still.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    /// <summary>The wall clock's first time. It is not a whole second, so that tests see errors of rounding.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 19, 4, 30, 250, TimeSpan.Zero);

    // It only ends a test that would hang.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Lock _lock = new();
    private readonly List<Timer> _armed = [];
    private readonly List<(TimeSpan Within, TaskCompletionSource Done)> _waiting = [];
    private readonly List<(TimeSpan Within, TaskCompletionSource Done)> _next = [];
    private TimeSpan _monotonic = TimeSpan.FromHours(1);
    private TimeSpan _real;
    private DateTimeOffset _wall = Start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() { lock (_lock) return _wall; }

    public override long GetTimestamp() { lock (_lock) return _monotonic.Ticks; }

    /// <summary>The same clocks, with timers for which <see cref="RunAsync"/> does not wait.</summary>
    public TimeProvider Aside => new Background(this);

    /// <summary>The wall clock of another machine. It follows real time and not the clocks of this machine.</summary>
    public TimeProvider Elsewhere(TimeSpan skew) => new OtherMachine(this, skew);

    /// <summary>Time passes, and each timer fires at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        var end = _monotonic + by;
        while (FireNext(end)) { }
        MoveTo(end);
    }

    /// <summary>Time passes for one task. After each of its timers, this waits until the task sleeps again.</summary>
    public async Task RunAsync(TimeSpan by)
    {
        await UntilAsleepAsync();
        var end = _monotonic + by;
        while (FireNext(end)) await UntilAsleepAsync();
        MoveTo(end);
    }

    /// <summary>The machine sleeps: real time and the wall clock move, and the monotonic clock stands still.</summary>
    public void Sleep(TimeSpan by) { lock (_lock) (_real, _wall) = (_real + by, _wall + by); }

    public void SetWall(DateTimeOffset wall) { lock (_lock) _wall = wall; }

    /// <summary>Each clock moves on its own. No timer fires.</summary>
    public void Drift(TimeSpan real, TimeSpan monotonic, TimeSpan wall)
    {
        lock (_lock) (_real, _monotonic, _wall) = (_real + real, _monotonic + monotonic, _wall + wall);
    }

    /// <summary>Tells when the tasks that use this time all sleep, if the timers do not tell it.</summary>
    public Func<Task>? AllAsleep { get; set; }

    /// <summary>Waits until a timer is set that fires within that time.</summary>
    public Task UntilAsleepAsync(TimeSpan? within = null)
    {
        if (AllAsleep is not null && within is null) return AllAsleep();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((within ?? TimeSpan.MaxValue, done));
            Tell();
        }

        return done.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// Call it before the step that makes a task set a new timer, which fires within that time. Await it after.
    /// </summary>
    public Task NextTimerAsync(TimeSpan within)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock) _next.Add((within, done));
        return done.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Arm(new Timer(this, () => callback(state), isAside: false), dueTime, period);

    private static Timer Arm(Timer timer, TimeSpan dueTime, TimeSpan period)
    {
        timer.Change(dueTime, period);
        return timer;
    }

    private void MoveTo(TimeSpan monotonic)
    {
        lock (_lock)
        {
            var by = monotonic - _monotonic;
            if (by > TimeSpan.Zero) (_real, _monotonic, _wall) = (_real + by, monotonic, _wall + by);
        }
    }

    private bool FireNext(TimeSpan end)
    {
        Timer? next;
        lock (_lock)
        {
            next = _armed.MinBy(t => t.At);
            if (next is null || next.At > end) return false;
            _armed.Remove(next);
        }

        MoveTo(next.At);
        next.Fire();
        return true;
    }

    private void Arm(Timer timer, TimeSpan? dueTime)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            if (dueTime is not { } within || within < TimeSpan.Zero) return;
            timer.At = _monotonic + within;
            _armed.Add(timer);
            if (!timer.IsAside) _next.RemoveAll(w => within <= w.Within && w.Done.TrySetResult());
            Tell();
        }
    }

    private void Tell() =>
        _waiting.RemoveAll(w =>
            _armed.Exists(t => !t.IsAside && t.At - _monotonic <= w.Within) && w.Done.TrySetResult());

    private sealed class Timer(ManualTime time, Action fire, bool isAside) : ITimer
    {
        public bool IsAside => isAside;
        public TimeSpan At { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period > TimeSpan.Zero) throw new NotSupportedException("Timers fire once here.");
            time.Arm(this, dueTime);
            return true;
        }

        public void Dispose() => time.Arm(this, null);

        public ValueTask DisposeAsync() { Dispose(); return ValueTask.CompletedTask; }
    }

    private sealed class Background(ManualTime time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Arm(new Timer(time, () => callback(state), isAside: true), dueTime, period);
    }

    private sealed class OtherMachine(ManualTime here, TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() { lock (here._lock) return Start + here._real + skew; }
    }
}
