namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Clients that change many schedules in one call, some of them right before they are due.</summary>
/// <param name="created">The schedules of the other clients.</param>
public sealed class ManySteps(Dice dice, TimeSpan length, IReadOnlyList<CreateStep> created) : Steps(dice, length)
{
    private readonly List<PlanStep> _steps = [];

    public IReadOnlyList<PlanStep> Make()
    {
        // What is due meanwhile fails.
        for (var i = Dice.Below(3); i > 0; i--)
            _steps.Add(new OutageStep(
                Any(), Dice.Pick("photos", "reports"), StoreException.NoSuchBucket, Dice.Seconds(5, 40)));
        for (var i = 1 + Dice.Below(4); i > 0; i--) _steps.Add(Cancel());
        if (Dice.Chance(0.3)) _steps.Add(new RetryAllStep(Any(), Machine()));
        return _steps;
    }

    private CancelManyStep Cancel()
    {
        var near = Dice.Pick(created.ToArray());
        var status = Dice.Chance(0.3) ? ScheduleStatus.Failed : ScheduleStatus.Pending;
        var at = status == ScheduleStatus.Failed ? near.DueAt + Dice.Seconds(0, 10)
            : Dice.Chance(0.7) ? near.DueAt - Dice.Seconds(0.5, 5) : Any();
        (TimeSpan? from, TimeSpan? to) = Dice.Below(4) switch
        {
            0 => ((TimeSpan?)near.DueAt, (TimeSpan?)(near.DueAt + Dice.Seconds(0, 20))),
            1 => (near.DueAt - Dice.Seconds(0, 5), (TimeSpan?)null),
            2 => ((TimeSpan?)null, near.DueAt + Dice.Seconds(0, 20)),
            _ => ((TimeSpan?)null, (TimeSpan?)null),
        };
        return new CancelManyStep(
            at < near.At ? near.At : at, Machine(), status, Dice.Pick(null, "photos", "reports"), from, to,
            Dice.Pick(1, 2, 999));
    }
}
