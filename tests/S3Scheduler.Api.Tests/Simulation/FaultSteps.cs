namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>What goes wrong by the clock rather than by the request.</summary>
public sealed class FaultSteps(Dice dice, TimeSpan length, TimeSpan lease, bool machinesSleep)
{
    public IReadOnlyList<PlanStep> Make()
    {
        var steps = new List<PlanStep>();
        if (dice.Chance(0.3)) steps.Add(new OutageStep(Any(), "photos", Code(), dice.Seconds(1, 40)));
        if (dice.Chance(0.3)) steps.Add(new OutageStep(Any(), "reports", Code(), dice.Seconds(1, 40)));
        if (dice.Chance(0.05)) steps.Add(new OutageStep(Any(), "scheduler", "ServiceUnavailable", dice.Seconds(1, 20)));
        for (var i = dice.Below(3); i > 0 && dice.Chance(0.3); i--) steps.Add(new KillStep(Any(), Machine()));
        for (var i = dice.Below(3); i > 0 && dice.Chance(0.3); i--)
            steps.Add(new FreezeStep(Any(), Machine(), lease * (0.2 + 2.5 * dice.Fraction()), machinesSleep && dice.Chance(0.5)));
        for (var i = dice.Below(3); i > 0 && dice.Chance(0.2); i--) steps.Add(new StopStep(Any(), Machine()));
        for (var i = dice.Below(3); i > 0 && dice.Chance(0.3); i--)
            steps.Add(new SetWallStep(Any(), Machine(), dice.Seconds(machinesSleep ? 0 : -1, 1) * dice.Pick(10, 86_400)));
        return steps;
    }

    private string Code() => dice.Pick(StoreException.NoSuchBucket, "AccessDenied", "SlowDown", "ServiceUnavailable");

    private TimeSpan Any() => dice.Seconds(0, length.TotalSeconds);

    private int Machine() => dice.Below(6);
}
