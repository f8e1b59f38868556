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
        for (var i = 1 + Dice.Below(4); i > 0; i--) _steps.Add(Dice.Chance(0.5) ? Cancel() : Reschedule());
        if (Dice.Chance(0.3)) _steps.Add(new RetryAllStep(Any(), Machine()));
        return _steps;
    }

    private CancelManyStep Cancel()
    {
        var near = Dice.Pick(created.ToArray());
        var status = Dice.Chance(0.3) ? ScheduleStatus.Failed : ScheduleStatus.Pending;
        var at = status == ScheduleStatus.Failed ? near.DueAt + Dice.Seconds(0, 10)
            : Dice.Chance(0.7) ? near.DueAt - Dice.Seconds(0.5, 5) : Any();
        var (from, to) = Span(near);
        return new CancelManyStep(
            at < near.At ? near.At : at, Machine(), status, Dice.Pick(null, "photos", "reports"), from, to,
            Dice.Pick(1, 2, 999));
    }

    private RescheduleManyStep Reschedule()
    {
        var near = Dice.Pick(created.ToArray());
        var at = Dice.Chance(0.7) ? near.DueAt - Dice.Seconds(0.5, 8) : Any();
        if (at < near.At) at = near.At;
        var (from, to) = Span(near);
        // Those at round times can meet each other.
        TimeSpan? by = Dice.Chance(0.3) ? null : TimeSpan.FromSeconds(Dice.Pick(5, 5, 10, -5, 3));
        return new RescheduleManyStep(
            at, Machine(), Dice.Pick(null, "photos", "reports"), from, to, by, at + Dice.Seconds(-2, 20),
            Dice.Pick(1, 2, 999));
    }

    private (TimeSpan? From, TimeSpan? To) Span(CreateStep near) => Dice.Below(4) switch
    {
        0 => (near.DueAt, near.DueAt + Dice.Seconds(0, 20)),
        1 => (near.DueAt - Dice.Seconds(0, 5), null),
        2 => (null, near.DueAt + Dice.Seconds(0, 20)),
        _ => (null, null),
    };
}
