namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// What one call may still ask of the store, so that it ends however much there is. A LIST of up to a thousand keys
/// counts as ten requests, as S3 prices it.
/// </summary>
public sealed class RequestBudget(int lists)
{
    public const int List = 10;

    /// <summary>So many schedules are as much work as one request.</summary>
    public const int Schedules = ScheduleQuery.MaxLimit / List;

    public int Left { get; private set; } = lists * List;

    /// <summary>Something was not asked.</summary>
    public bool IsSpent { get; private set; }

    /// <returns>False: there is not as much left, and the caller must stop.</returns>
    public bool TryTake(int requests)
    {
        if (requests > Left) IsSpent = true;
        else Left -= requests;
        return !IsSpent;
    }

    /// <summary>The caller stops for another reason.</summary>
    public void Stop() => IsSpent = true;
}

/// <summary>How many requests one call has under way at the same time.</summary>
internal static class ParallelRequests
{
    private const int MostLooks = 16;

    /// <summary>For requests that only look whether something is there.</summary>
    public static ParallelOptions Looks(CancellationToken cancellation) => UpTo(MostLooks, cancellation);

    public static ParallelOptions UpTo(int most, CancellationToken cancellation) => new()
    {
        MaxDegreeOfParallelism = most,
        TaskScheduler = TaskScheduler.Current,
        CancellationToken = cancellation,
    };
}
