namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Many clients retry or reschedule the same schedules at the same moment.</summary>
/// <param name="created">The schedules of the other clients.</param>
public sealed class AtOnceSteps(Dice dice, TimeSpan length, IReadOnlyList<CreateStep> created) : Steps(dice, length)
{
    private readonly List<PlanStep> _steps = [];

    public IReadOnlyList<PlanStep> Make()
    {
        // What is due meanwhile fails.
        for (var i = Dice.Below(3); i > 0; i--)
            _steps.Add(new OutageStep(
                Any(), Dice.Pick("photos", "reports"), StoreException.NoSuchBucket, Dice.Seconds(5, 40)));
        for (var i = 1 + Dice.Below(5); i > 0; i--) Change(Dice.Pick(created.ToArray()));
        for (var i = Dice.Below(3); i > 0; i--) AtOnce(Any(), at => new RetryAllStep(at, Machine()));
        return _steps;
    }

    private void Change(CreateStep step)
    {
        var before = step.DueAt - Dice.Seconds(2.5, 10);
        if (Dice.Chance(0.5) && before > step.At)
            AtOnce(before, at => new RescheduleStep(at, Machine(), step.Number, step.DueAt + Dice.Seconds(0, 10)));
        else
            AtOnce(step.DueAt + Dice.Seconds(0, 30), at => new RetryStep(at, Machine(), step.Number));
    }

    private void AtOnce(TimeSpan at, Func<TimeSpan, PlanStep> step)
    {
        for (var i = Dice.Pick(2, 3, 8); i > 0; i--) _steps.Add(step(at + Dice.Seconds(0, 0.05)));
    }
}
