namespace S3Scheduler.Api.Storage;

public static class StoreClock
{
    /// <summary>If the bounds of the store's time are further apart, a request is made to narrow them.</summary>
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(3);

    /// <summary>If the bounds stay further apart, nothing is stored: late schedules would be due too late.</summary>
    private static readonly TimeSpan UselessGap = TimeSpan.FromMinutes(1);

    // Enough for three answers in a row that agree, and for two more.
    private const int Tries = 5;

    /// <summary>
    /// Narrows the bounds of the store's time. After a long pause, or when the wall clock was set forward, Latest is
    /// far too late: schedules in time would look late, and late ones would be keyed far ahead. Asks again while the
    /// clock is in doubt, too, but returns if it stays in doubt and the bounds are of use.
    /// </summary>
    /// <exception cref="StoreException">The store's time stays unknown.</exception>
    public static async Task EnsureClockAsync(
        this IObjectStore store, ObjectAddress probe, CancellationToken cancellation)
    {
        // More than once, because the clock may be set while a response is on its way.
        for (var tries = 0; tries < Tries && (store.Clock.IsInDoubt || Gap(store.Clock) > MaxGap); tries++)
            await store.HeadAsync(probe, cancellation);
        if (Gap(store.Clock) > UselessGap)
        {
            throw new StoreException(
                "TimeUnknown", "The store's time is unknown: its responses disagree, or this machine's clock jumps.",
                isTransient: true);
        }
    }

    /// <summary>
    /// How long ago that was by the store's clock, from the middle of its bounds; zero: it is not past. While the clock
    /// is in doubt the bounds may be far apart, and the earlier one counts.
    /// </summary>
    public static TimeSpan Since(this IObjectStore store, DateTimeOffset past)
    {
        var clock = store.Clock;
        var since = clock.Earliest - past;
        if (!clock.IsInDoubt) since += Gap(clock) / 2;
        return since > TimeSpan.Zero ? since : TimeSpan.Zero;
    }

    private static TimeSpan Gap(ServerClock clock) => clock.Latest - clock.Earliest;
}
