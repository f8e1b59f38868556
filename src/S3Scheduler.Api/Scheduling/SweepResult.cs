namespace S3Scheduler.Api.Scheduling;

/// <param name="Delivered">Schedules that are at their destination now, and no longer pending.</param>
/// <param name="Failed">Schedules that can't be delivered; they stand under <c>.failed</c> now.</param>
/// <param name="NextDueAt">When the earliest schedule that was not due yet will be; null if none is known.</param>
/// <param name="RetryAt">When to sweep again for what is due and was not delivered, by the store's clock; null: nothing was left.</param>
public sealed record SweepResult(
    SweepOutcome Outcome, int Delivered = 0, int Failed = 0, DateTimeOffset? NextDueAt = null, DateTimeOffset? RetryAt = null);

public enum SweepOutcome
{
    /// <summary>Something was due.</summary>
    Swept,

    /// <summary>Nothing was due.</summary>
    Idle,

    /// <summary>Another sweep is under way.</summary>
    Busy,
}
