namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>What producers do that still use the Python library, at the destinations that clients use too.</summary>
public sealed class PythonSteps(Dice dice, TimeSpan length)
{
    public IReadOnlyList<PlanStep> Make()
    {
        var steps = new List<PlanStep>();
        for (var many = dice.Pick(2, 5, 12); steps.Count < many;)
        {
            var at = dice.Seconds(0, length.TotalSeconds);
            steps.Add(new PythonStep(at, dice.Below(6), steps.Count, DueAt(at), TimeSpan.FromHours(dice.Pick(0, 0, 2, -5)), Destination()));
        }

        return steps;
    }

    // On the clients' round times too, so that they meet.
    private TimeSpan DueAt(TimeSpan at) => dice.Chance(0.5)
        ? at + dice.Seconds(-5, 20)
        : TimeSpan.FromSeconds(Math.Ceiling(at.TotalSeconds / 5) * 5 + 5);

    private Destination Destination() => new(dice.Pick("reports", "reports", "photos"), dice.Pick("x", "x", "y"));
}
