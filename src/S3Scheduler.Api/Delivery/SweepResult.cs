namespace S3Scheduler.Api.Delivery;

/// <param name="Delivered">Schedules that are at their destination now, and no longer pending.</param>
/// <param name="Failed">Schedules that can't be delivered; they stand under <c>.failed</c> now.</param>
/// <param name="NextDueAt">When the earliest schedule that was not due yet will be; null if none is known.</param>
/// <param name="RetryAt">When to sweep again for what is due and was not delivered, by the store's clock; null: nothing was left.</param>
/// <param name="Remaining">Whether the sweep ended before it had come to all that was due.</param>
public sealed record SweepResult(
    SweepOutcome Outcome, int Delivered = 0, int Failed = 0, DateTimeOffset? NextDueAt = null,
    DateTimeOffset? RetryAt = null, bool Remaining = false)
{
    /// <summary>This and a sweep after it, as one.</summary>
    public SweepResult Then(SweepResult next) => next with
    {
        Outcome = Outcome == SweepOutcome.Swept || next.Outcome == SweepOutcome.Idle ? Outcome : next.Outcome,
        Delivered = Delivered + next.Delivered,
        Failed = Failed + next.Failed,
    };
}

public enum SweepOutcome
{
    /// <summary>Something was due.</summary>
    Swept,

    /// <summary>Nothing was due.</summary>
    Idle,

    /// <summary>Another sweep is under way.</summary>
    Busy,
}
