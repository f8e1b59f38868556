namespace S3Scheduler.Api.Scheduling;

/// <param name="Schedule">The one that is pending now; null: there is none.</param>
public sealed record RetryResult(RetryOutcome Outcome, Schedule? Schedule);

public enum RetryOutcome
{
    Retried,

    NotFound,

    /// <summary>It is pending, and a sweep goes on with it.</summary>
    StillPending,
}

/// <param name="Next">Where the next page goes on; null if there is none.</param>
public sealed record RetriedPage(int Retried, ScheduleKey? Next);
