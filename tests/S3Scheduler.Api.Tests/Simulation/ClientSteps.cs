namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>What clients do: few destinations and few contents, so that schedules meet; and much at the edge of a due time.</summary>
public sealed class ClientSteps(Dice dice, TimeSpan length)
{
    private readonly List<CreateStep> _created = [];
    private readonly List<PlanStep> _steps = [];

    private readonly Destination[] _destinations =
        [.. new[] { "reports/x", "photos/x", "reports/y" }.Take(1 + dice.Below(3)).Select(d => new Destination(d[..^2], d[^1..]))];

    public IReadOnlyList<PlanStep> Make()
    {
        var many = dice.Pick(4, 8, 16, 30);
        for (var i = 0; i < many; i++) Create();
        for (var i = dice.Below(1 + many / 2); i > 0; i--) Change(dice.Pick(_created.ToArray()));
        for (var i = dice.Below(4); i > 0; i--) _steps.Add(new SweepStep(Any(), Machine()));
        if (dice.Chance(0.3)) _steps.Add(new RetryAllStep(Any(), Machine()));
        return _steps;
    }

    private void Create()
    {
        var at = Any();
        var (number, content) = (_created.Count, dice.Pick("a", "a", "b"));
        var step = new CreateStep(at, Machine(), number, DueAt(at), dice.Pick(_destinations), content);
        if (_created.Count > 0 && dice.Chance(0.3)) step = Again(step, dice.Pick(_created.ToArray()));
        _created.Add(step);
        _steps.Add(step);
    }

    // The same key once more, before it is due or some time after; or the same time for another destination.
    private CreateStep Again(CreateStep step, CreateStep other)
    {
        if (dice.Chance(0.2)) return step with { DueAt = other.DueAt };
        var at = dice.Chance(0.5) ? step.At : other.DueAt + dice.Seconds(-3, dice.Pick(0, 15));
        return step with { At = at < TimeSpan.Zero ? step.At : at, DueAt = other.DueAt, Destination = other.Destination };
    }

    private void Change(CreateStep step)
    {
        var at = dice.Pick(0, 1, 1) == 0 ? Any() : step.DueAt - dice.Seconds(0.5, 5);
        if (at < step.At) at = step.At + dice.Seconds(0, 5);
        PlanStep change = dice.Below(6) switch
        {
            0 or 1 => new CancelStep(at, Machine(), step.Number),
            2 or 3 => new RescheduleStep(at, Machine(), step.Number, dice.Chance(0.2) ? step.DueAt : DueAt(at)),
            _ => new RetryStep(step.DueAt + dice.Seconds(0, 30), Machine(), step.Number),
        };
        _steps.Add(change);
        // A client that cancelled may well post the same again.
        if (change is CancelStep && dice.Chance(0.3)) Create();
    }

    private TimeSpan DueAt(TimeSpan at) => at + (dice.Below(5) switch
    {
        0 => dice.Seconds(-20, 0),
        1 => dice.Seconds(0, 3),
        2 => dice.Seconds(2, 8),
        3 => dice.Seconds(0, 30),
        _ => TimeSpan.FromSeconds(Math.Ceiling(at.TotalSeconds / 5) * 5 + 5 + dice.Pick(0, 0, 0.3)) - at,
    });

    private TimeSpan Any() => dice.Seconds(0, length.TotalSeconds);

    private int Machine() => dice.Below(6);
}
