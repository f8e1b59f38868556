namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Makes steps at random times, on random machines.</summary>
public abstract class Steps(Dice dice, TimeSpan length)
{
    protected Dice Dice => dice;

    protected TimeSpan Length => length;

    protected TimeSpan Any() => dice.Seconds(0, length.TotalSeconds);

    protected int Machine() => dice.Below(6);
}

/// <summary>
/// What clients do. There are few destinations and contents, so that schedules conflict, and many steps are close to a
/// due time.
/// </summary>
public sealed class ClientSteps(Dice dice, TimeSpan length) : Steps(dice, length)
{
    private static readonly Destination[] Destinations = [new("reports", "x"), new("photos", "x"), new("reports", "y")];

    private readonly List<CreateStep> _created = [];
    private readonly List<PlanStep> _steps = [];
    private readonly Destination[] _destinations = Destinations[..(1 + dice.Below(3))];

    public IReadOnlyList<PlanStep> Make()
    {
        var many = Dice.Pick(4, 8, 16, 30);
        for (var i = 0; i < many; i++) Create();
        for (var i = Dice.Below(1 + many / 2); i > 0; i--) Change(Dice.Pick(_created.ToArray()));
        for (var i = Dice.Below(4); i > 0; i--) _steps.Add(new SweepStep(Any(), Machine()));
        if (Dice.Chance(0.3)) _steps.Add(new RetryAllStep(Any(), Machine()));
        return _steps;
    }

    private void Create()
    {
        var at = Any();
        var (number, content) = (_created.Count, Dice.Pick("a", "a", "b"));
        var step = new CreateStep(at, Machine(), number, DueAt(at), Dice.Pick(_destinations), content);
        if (_created.Count > 0 && Dice.Chance(0.3)) step = Again(step, Dice.Pick(_created.ToArray()));
        _created.Add(step);
        _steps.Add(step);
    }

    // The same key again, before it is due or some time after, or the same time for another destination.
    private CreateStep Again(CreateStep step, CreateStep other)
    {
        if (Dice.Chance(0.2)) return step with { DueAt = other.DueAt };
        var at = Dice.Chance(0.5) ? step.At : other.DueAt + Dice.Seconds(-3, Dice.Pick(0, 15));
        if (at < TimeSpan.Zero) at = step.At;
        return step with { At = at, DueAt = other.DueAt, Destination = other.Destination };
    }

    private void Change(CreateStep step)
    {
        var at = Dice.Pick(0, 1, 1) == 0 ? Any() : step.DueAt - Dice.Seconds(0.5, 5);
        if (at < step.At) at = step.At + Dice.Seconds(0, 5);
        PlanStep change = Dice.Below(6) switch
        {
            0 or 1 => new CancelStep(at, Machine(), step.Number),
            2 or 3 => new RescheduleStep(at, Machine(), step.Number, Dice.Chance(0.2) ? step.DueAt : DueAt(at)),
            _ => new RetryStep(step.DueAt + Dice.Seconds(0, 30), Machine(), step.Number),
        };
        _steps.Add(change);
        // After a cancel a client may post the same schedule again.
        if (change is CancelStep && Dice.Chance(0.3)) Create();
    }

    private TimeSpan DueAt(TimeSpan at) => at + (Dice.Below(5) switch
    {
        0 => Dice.Seconds(-20, 0),
        1 => Dice.Seconds(0, 3),
        2 => Dice.Seconds(2, 8),
        3 => Dice.Seconds(0, 30),
        _ => TimeSpan.FromSeconds(Math.Ceiling(at.TotalSeconds / 5) * 5 + 5 + Dice.Pick(0, 0, 0.3)) - at,
    });
}

/// <summary>The faults of the store itself. Half of the runs that would be quiet have a slow bucket.</summary>
public sealed class StoreSteps(Dice dice, TimeSpan length, bool isQuiet) : Steps(dice, length)
{
    private readonly List<PlanStep> _steps = [];

    public IReadOnlyList<PlanStep> Make()
    {
        if (Dice.Chance(isQuiet ? 0.5 : 0.1))
        {
            _steps.Add(new SlowBucketStep(
                Any(), Dice.Pick("photos", "reports"), TimeSpan.FromSeconds(Dice.Pick(2, 10, 40)),
                Dice.Seconds(5, 60)));
        }

        if (isQuiet) return _steps;
        if (Dice.Chance(0.1)) _steps.Add(new RefusedDeletesStep(Any(), Dice.Seconds(1, 40)));
        // Set, and in half of the runs put right later.
        if (!Dice.Chance(0.1)) return _steps;
        var (at, by) = (Any(), Dice.Seconds(-1, 1) * Dice.Pick(5, 30, 600, 86_400));
        _steps.Add(new SetServerStep(at, by));
        if (Dice.Chance(0.5)) _steps.Add(new SetServerStep(at + Dice.Seconds(1, 10), -by));
        return _steps;
    }
}

/// <summary>What clients of the Python library do, with the destinations of the other clients.</summary>
public sealed class PythonSteps(Dice dice, TimeSpan length) : Steps(dice, length)
{
    public IReadOnlyList<PlanStep> Make()
    {
        var steps = new List<PlanStep>();
        for (var many = Dice.Pick(2, 5, 12); steps.Count < many;)
        {
            var (at, machine) = (Any(), Machine());
            var (dueAt, offset) = (DueAt(at), TimeSpan.FromHours(Dice.Pick(0, 0, 2, -5)));
            var destination = new Destination(Dice.Pick("reports", "reports", "photos"), Dice.Pick("x", "x", "y"));
            steps.Add(new PythonStep(at, machine, steps.Count, dueAt, offset, destination));
        }

        return steps;
    }

    // Half of them at the round times of the other clients, so that they conflict.
    private TimeSpan DueAt(TimeSpan at) => Dice.Chance(0.5)
        ? at + Dice.Seconds(-5, 20)
        : TimeSpan.FromSeconds(Math.Ceiling(at.TotalSeconds / 5) * 5 + 5);
}

/// <summary>Schedules that are made by hand, for destinations that are not allowed.</summary>
public sealed class HandSteps(Dice dice, TimeSpan length) : Steps(dice, length)
{
    private static readonly Destination[] Destinations =
    [
        new("exports", "x"), new("scheduler", "others/.sweep/000000000000"),
        new("scheduler", "schedules/.sweep/000000000000"),
        new("scheduler", "schedules/2026-11-21T19:00:30.000Z|reports|x"),
    ];

    public IReadOnlyList<PlanStep> Make()
    {
        var steps = new List<PlanStep>();
        for (var many = Dice.Pick(2, 5, 12); steps.Count < many;)
        {
            var at = Any();
            steps.Add(new HandStep(
                at, Machine(), steps.Count, at + Dice.Seconds(-5, 20), Dice.Pick(Destinations)));
        }

        return steps;
    }
}

/// <summary>The faults that happen at certain times, not to certain requests.</summary>
public sealed class FaultSteps(Dice dice, TimeSpan length, TimeSpan lease, bool sleep) : Steps(dice, length)
{
    private readonly List<PlanStep> _steps = [];

    public IReadOnlyList<PlanStep> Make()
    {
        if (Dice.Chance(0.3)) _steps.Add(new OutageStep(Any(), "photos", Code(), Dice.Seconds(1, 40)));
        if (Dice.Chance(0.3)) _steps.Add(new OutageStep(Any(), "reports", Code(), Dice.Seconds(1, 40)));
        if (Dice.Chance(0.05))
            _steps.Add(new OutageStep(Any(), "scheduler", "ServiceUnavailable", Dice.Seconds(1, 20)));
        Some(0.3, (at, machine) => new KillStep(at, machine));
        Some(0.3, (at, machine) => new FreezeStep(
            at, machine, lease * (0.2 + 2.5 * Dice.Fraction()), sleep && Dice.Chance(0.5)));
        Some(0.2, (at, machine) => new StopStep(at, machine));
        Some(0.3, (at, machine) => new SetWallStep(
            at, machine, Dice.Seconds(sleep ? 0 : -1, 1) * Dice.Pick(10, 86_400)));
        return _steps;
    }

    private void Some(double chance, Func<TimeSpan, int, PlanStep> step)
    {
        for (var i = Dice.Below(3); i > 0 && Dice.Chance(chance); i--) _steps.Add(step(Any(), Machine()));
    }

    private string Code() => Dice.Pick(StoreException.NoSuchBucket, "AccessDenied", "SlowDown", "ServiceUnavailable");
}
