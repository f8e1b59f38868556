namespace S3Scheduler.Api.Storage.Time;

/// <summary>
/// Two bounds of the server's present time. Each moves outwards by 0.1 % of the elapsed time: real clocks drift less.
/// </summary>
/// <param name="Low">The server's clock had reached this time.</param>
/// <param name="High">The server's clock had not passed this time.</param>
internal readonly record struct ClockBounds(ClockBounds.Mark Low, ClockBounds.Mark High)
{
    internal const double Slow = 0.999;
    private const double Fast = 1.001;

    /// <summary>Front ends of one store may differ by this much. It is no sign of a wrong clock.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(3);

    /// <summary>What one response says: it was written between <c>sent</c> and <c>received</c>.</summary>
    public static ClockBounds Of(DateTimeOffset date, TimeSpan resolution, LocalTime sent, LocalTime received) =>
        new(new Mark(date, received), new Mark(date + resolution, sent));

    // Only the monotonic clock: a wall clock that is set forward must not make a delivery early.
    public DateTimeOffset Earliest(TimeProvider time) =>
        ServerTime.Add(Low.Server, time.GetElapsedTime(Low.Local.Timestamp) * Slow);

    public DateTimeOffset Latest(TimeProvider time) => ServerTime.Add(High.Server, High.Local.Elapsed(time) * Fast);

    /// <summary>
    /// Whether one clock can have told both, or two front ends of one store. The local wall clock does not count here,
    /// because it may have been set. So after the machine slept, one answer is not enough to say for how long.
    /// </summary>
    public bool Agrees(ClockBounds other, TimeProvider time) =>
        other.Ahead(this, time) <= Tolerance && Ahead(other, time) <= Tolerance;

    /// <summary>Whether these bounds, which include the others, cannot come from the same clock alone.</summary>
    public bool IsFarWider(ClockBounds part, TimeProvider time) =>
        part.Earliest(time) - Earliest(time) > Tolerance || Latest(time) - part.Latest(time) > Tolerance;

    /// <summary>Whether these bounds are later only because the machine slept, by its wall clock.</summary>
    public bool IsAfterSleep(ClockBounds before, TimeProvider time) =>
        Ahead(before, time) > Tolerance && Earliest(time) - before.Latest(time) <= Tolerance;

    /// <summary>
    /// Whether the wall clock advanced more than the server's. Then it was set, and the server's may have been, too.
    /// </summary>
    public bool IsShorterThanByWall(ClockBounds before, TimeProvider time) =>
        before.EarliestIfSlept(time) - Latest(time) > Tolerance;

    /// <summary>
    /// Whether not even one point in time fits both. Bounds that agree and still cross must be widened, in either
    /// direction: then one such answer makes nothing early and no cancel unsafe. The next answer of that front end
    /// fits and narrows them, so a delivery can be early by that little on the clock of another front end. This is
    /// accepted: front ends do differ, and if each small difference were a fault, the clock would always be in doubt.
    /// </summary>
    public bool Crosses(ClockBounds other, TimeProvider time) =>
        other.Ahead(this, time) > TimeSpan.Zero || Ahead(other, time) > TimeSpan.Zero;

    public ClockBounds With(ClockBounds other, TimeProvider time) =>
        Crosses(other, time) ? Widened(other, time) : Narrowed(other, time);

    public ClockBounds Narrowed(ClockBounds other, TimeProvider time) => new(
        other.Earliest(time) > Earliest(time) ? other.Low : Low, other.Latest(time) < Latest(time) ? other.High : High);

    public ClockBounds Widened(ClockBounds other, TimeProvider time) => new(
        other.Earliest(time) < Earliest(time) ? other.Low : Low, other.Latest(time) > Latest(time) ? other.High : High);

    private TimeSpan Ahead(ClockBounds other, TimeProvider time) => Earliest(time) -
        ServerTime.Add(other.High.Server, time.GetElapsedTime(other.High.Local.Timestamp) * Fast);

    private DateTimeOffset EarliestIfSlept(TimeProvider time) =>
        ServerTime.Add(Low.Server, Low.Local.Elapsed(time) * Slow);

    /// <summary>A time of the server, and when it was so by the local clocks.</summary>
    internal readonly record struct Mark(DateTimeOffset Server, LocalTime Local);
}
