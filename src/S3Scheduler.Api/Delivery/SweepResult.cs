namespace S3Scheduler.Api.Delivery;

/// <param name="Delivered">How many schedules arrived at their destination and are no longer pending.</param>
/// <param name="Failed">How many can't be delivered and are under <c>.failed</c> now.</param>
/// <param name="NextDueAt">When the earliest schedule that is not due yet will be due; null: none is known.</param>
/// <param name="RetryAt">When to sweep again for what was due and stays pending, by the store's clock.</param>
/// <param name="Remaining">Whether the sweep ended before it had tried all that was due.</param>
public sealed record SweepResult(
    SweepOutcome Outcome, int Delivered = 0, int Failed = 0, DateTimeOffset? NextDueAt = null,
    DateTimeOffset? RetryAt = null, bool Remaining = false)
{
    /// <summary>Adds the result of a later sweep.</summary>
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
