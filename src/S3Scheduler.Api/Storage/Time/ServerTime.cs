namespace S3Scheduler.Api.Storage.Time;

/// <summary>What one response says about the server's time.</summary>
/// <param name="Date">The server's clock when it responded; HTTP rounds it down to the second.</param>
/// <param name="RoundTrip">The time from just before the request was sent until its response arrived.</param>
public readonly record struct ServerTime(DateTimeOffset Date, TimeSpan RoundTrip)
{
    /// <summary>How much later than <see cref="Date"/> the server may have responded.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    /// <summary>The time rounded down to the second, as the server writes it.</summary>
    public static DateTimeOffset WholeSeconds(DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    /// <summary>
    /// When the response arrived, the server's time was not later than this, if the response was right. MaxValue where
    /// that can't be written.
    /// </summary>
    public DateTimeOffset Latest => Add(Add(Date, Resolution), RoundTrip);

    /// <summary>Ends at MinValue and MaxValue instead of overflowing.</summary>
    internal static DateTimeOffset Add(DateTimeOffset time, TimeSpan by)
    {
        if (by > DateTimeOffset.MaxValue - time) return DateTimeOffset.MaxValue;
        return by < DateTimeOffset.MinValue - time ? DateTimeOffset.MinValue : time + by;
    }
}
