using S3Scheduler.Api.Storage.Time;

namespace S3Scheduler.Api.Storage;

public static class StoreClock
{
    /// <summary>How far apart the bounds of the store's time may be before an answer is asked for to close in on it.</summary>
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(3);

    /// <summary>How far apart they may be at the most: what is late may be keyed that far ahead.</summary>
    private static readonly TimeSpan UselessGap = TimeSpan.FromMinutes(1);

    private const int Tries = 3;

    /// <summary>
    /// Sees to it that the store's time can be told. After a long pause, or when the wall clock was set forward, Latest is
    /// far off: what is in time would look late, and what is late be keyed far ahead.
    /// </summary>
    /// <exception cref="StoreException">It can't be told.</exception>
    public static async Task EnsureClockAsync(this IObjectStore store, ObjectAddress probe, CancellationToken cancellation)
    {
        // More than once, as the clock may be set while the answer is on its way.
        for (var tries = 0; tries < Tries && Gap(store.Clock) > MaxGap; tries++)
            await store.HeadAsync(probe, cancellation);
        if (Gap(store.Clock) > UselessGap)
            throw new StoreException("TimeUnknown", "The store's time can't be told: this machine's clock jumps.", isTransient: true);
    }

    private static TimeSpan Gap(ServerClock clock) => clock.Latest - clock.Earliest;
}
