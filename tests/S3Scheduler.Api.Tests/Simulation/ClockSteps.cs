namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>
/// The store's clock is set while much is due, copies take long and processes are killed. It is put right soon.
/// </summary>
/// <param name="created">How many schedules the other clients create.</param>
/// <param name="isFar">
/// Whether it is set forward by so much that later schedules are due before a lease ends, or by so little that nothing
/// proves it to a process that starts meanwhile.
/// </param>
public sealed class ClockSteps(Dice dice, TimeSpan length, int created, bool isFar) : Steps(dice, length)
{
    private readonly List<PlanStep> _steps = [];
    private int _created = created;

    public IReadOnlyList<PlanStep> Make()
    {
        for (var at = Dice.Seconds(3, 10); at < Length; at += Dice.Seconds(8, 20)) SetAt(at);
        return _steps;
    }

    private void SetAt(TimeSpan at)
    {
        var by = isFar ? Dice.Seconds(40, 90) : Dice.Seconds(2, 4) * Dice.Pick(-1, 1, 1);
        _steps.Add(new SetServerStep(at, by));
        _steps.Add(new SetServerStep(at + Dice.Seconds(1, isFar ? 20 : 7), -by));
        for (var i = Dice.Below(4); i > 0; i--) _steps.Add(new KillStep(at + Dice.Seconds(-12, 8), Machine()));
        for (var i = Dice.Below(6); i > 0; i--) Create(at + Dice.Seconds(-2, 4));
        for (var i = isFar ? Dice.Below(8) : 0; i > 0; i--) Create(at + Dice.Seconds(15, 50));
        if (Dice.Chance(0.5))
            _steps.Add(new SlowBucketStep(
                at - Dice.Seconds(0, 4), Dice.Pick("photos", "reports"), Dice.Seconds(1, 6), Dice.Seconds(4, 10)));

        void Create(TimeSpan dueAt) => _steps.Add(new CreateStep(
            at - Dice.Seconds(2, 3), Machine(), _created++, dueAt,
            new Destination(Dice.Pick("photos", "reports"), Dice.Pick("x", "y")), "a"));
    }
}
