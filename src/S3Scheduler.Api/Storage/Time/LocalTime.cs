namespace S3Scheduler.Api.Storage.Time;

/// <summary>A reading of the local monotonic and wall clocks.</summary>
public readonly record struct LocalTime(long Timestamp, DateTimeOffset Wall)
{
    internal static LocalTime Read(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>By the clock that advanced more: the monotonic one may stop while the machine sleeps.</summary>
    internal TimeSpan Elapsed(TimeProvider time)
    {
        var (monotonic, wall) = (time.GetElapsedTime(Timestamp), time.GetUtcNow() - Wall);
        return monotonic > wall ? monotonic : wall;
    }
}
