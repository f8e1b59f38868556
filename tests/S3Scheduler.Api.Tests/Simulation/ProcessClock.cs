namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>
/// The clocks of one process. They drift. The wall clock is off by up to a day and may be set. The monotonic clock
/// stands still while the machine sleeps.
/// </summary>
public sealed class ProcessClock(World world, SimulatedProcess process, TimeSpan skew, double rate) : TimeProvider
{
    private TimeSpan _slept;
    private TimeSpan _set = skew;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => ((world.Now - _slept) * rate).Ticks;

    public override DateTimeOffset GetUtcNow() => world.At(world.Now * rate) + _set;

    public void SetWall(TimeSpan by) => _set += by;

    /// <summary>The process does not run meanwhile, so it does not see when its clock stands still.</summary>
    public void Sleep(TimeSpan length) => _slept += length;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ProcessClock clock, Action fire) : ITimer
    {
        private int _setting;
        private long _target;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period > TimeSpan.Zero) throw new NotSupportedException("Timers fire once here.");
            _setting++;
            if (dueTime < TimeSpan.Zero) return true;
            _target = clock.GetTimestamp() + dueTime.Ticks;
            Arm(_setting);
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync() { Dispose(); return ValueTask.CompletedTask; }

        private void Arm(int setting) => clock.Schedule(TimeSpan.FromTicks(_target - clock.GetTimestamp()), () =>
        {
            if (setting != _setting) return;
            if (clock.GetTimestamp() < _target) Arm(setting); // the machine slept meanwhile
            else fire();
        });
    }

    private void Schedule(TimeSpan local, Action happen) =>
        world.Schedule(world.Now + local / rate + TimeSpan.FromTicks(1), process, happen);
}
