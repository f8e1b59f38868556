namespace S3Scheduler.Api.Tests.Support;

/// <summary>
/// A machine's clocks and timers, moved by hand. Real time, which other machines share, moves with <see cref="Advance"/>
/// and <see cref="Sleep"/>; the wall clock can jump, and the monotonic clock, which the timers follow, can stand still.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    /// <summary>What the wall clock shows at first. Not a whole second, so that rounding shows.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 19, 4, 30, 250, TimeSpan.Zero);

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly List<Timer> _armed = [];
    private readonly List<(TimeSpan Within, TaskCompletionSource Done)> _waiting = [];
    private TimeSpan _monotonic = TimeSpan.FromHours(1);
    private TimeSpan _real;
    private DateTimeOffset _wall = Start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _wall;
    }

    public override long GetTimestamp()
    {
        lock (_lock) return _monotonic.Ticks;
    }

    /// <summary>The same clocks and timers, for what runs beside the one sleeper: nobody waits for it.</summary>
    public TimeProvider Aside => new Background(this);

    /// <summary>The wall clock of another machine: in step with real time, whatever happens to the clocks here.</summary>
    public TimeProvider Elsewhere(TimeSpan skew) => new OtherMachine(this, skew);

    /// <summary>Time passes, and timers fire, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        var end = _monotonic + by;
        while (FireNext(end)) { }
        MoveTo(end);
    }

    /// <summary>Time passes for one sleeper, which is waited for after each of its timers, until it sleeps again.</summary>
    public async Task RunAsync(TimeSpan by)
    {
        var end = _monotonic + by;
        await UntilAsleepAsync();
        while (FireNext(end)) await UntilAsleepAsync();
        MoveTo(end);
    }

    /// <summary>The machine sleeps: real time and the wall clock move, the monotonic clock stands still.</summary>
    public void Sleep(TimeSpan by)
    {
        lock (_lock) (_real, _wall) = (_real + by, _wall + by);
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void SetWall(DateTimeOffset wall)
    {
        lock (_lock) _wall = wall;
    }

    /// <summary>Moves each clock as it likes; fires no timer.</summary>
    public void Drift(TimeSpan real, TimeSpan monotonic, TimeSpan wall)
    {
        lock (_lock) (_real, _monotonic, _wall) = (_real + real, _monotonic + monotonic, _wall + wall);
    }

    /// <summary>Until some timer is set to fire within that time.</summary>
    public Task UntilAsleepAsync(TimeSpan? within = null)
    {
        var wanted = (Within: within ?? TimeSpan.MaxValue, Done: new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            _waiting.Add(wanted);
            Tell();
        }

        return wanted.Done.Task.WaitAsync(Hang, TestContext.Current.CancellationToken);
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
            Tell();
        }
    }

    private void Tell() =>
        _waiting.RemoveAll(w => _armed.Exists(t => !t.IsAside && t.At - _monotonic <= w.Within) && w.Done.TrySetResult());

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

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
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
        public override DateTimeOffset GetUtcNow()
        {
            lock (here._lock) return Start + here._real + skew;
        }
    }
}
