namespace S3Scheduler.Api.Scheduling;

/// <param name="Delivered">Schedules that are at their destination now, and no longer pending.</param>
/// <param name="Failed">Schedules whose delivery was tried and failed, without the later ones that they hold back.</param>
/// <param name="NextDueAt">When the earliest schedule that was not due yet will be; null if there is none.</param>
public sealed record SweepResult(SweepOutcome Outcome, int Delivered = 0, int Failed = 0, DateTimeOffset? NextDueAt = null);

public enum SweepOutcome
{
    /// <summary>Something was due.</summary>
    Swept,

    /// <summary>Nothing was due.</summary>
    Idle,

    /// <summary>Another sweep is under way.</summary>
    Busy,
}
