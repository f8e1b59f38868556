namespace S3Scheduler.Api.Storage.Time;

/// <summary>What one answer tells about the server's time.</summary>
/// <param name="Date">The server's clock when it answered, perhaps rounded down to the second (HTTP's Date).</param>
/// <param name="RoundTrip">From before the request was sent until its answer was there.</param>
public readonly record struct ServerTime(DateTimeOffset Date, TimeSpan RoundTrip)
{
    /// <summary>How much later than <see cref="Date"/> the answer may have been given.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    /// <summary>A time as the server writes it: rounded down to the second.</summary>
    public static DateTimeOffset WholeSeconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    /// <summary>The server's time was not past this when the answer arrived.</summary>
    public DateTimeOffset Latest => Date + Resolution + RoundTrip;
}
