namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>What happens to one request. It depends on the seed and the request alone, not on what else happens.</summary>
public sealed record Fate(ulong Id, Mishap Mishap, TimeSpan There, TimeSpan Back, Dice Dice)
{
    public static Fate Of(Plan plan, string request, bool isHealed)
    {
        var id = Dice.Seed(plan.Seed, request);
        var dice = new Dice(id);
        var (there, back) = (dice.Seconds(0.001, 0.03), dice.Seconds(0.001, 0.03));
        var mishap = isHealed || plan.Spared.Contains(id) ? Mishap.None : Throw(plan, dice);
        var longest = Math.Max(plan.Patience.TotalSeconds, plan.Options.LeaseDuration.TotalSeconds) * 2.5;
        return mishap switch
        {
            Mishap.Slow => new Fate(id, mishap, dice.Seconds(0, 2), dice.Seconds(0, 2), dice),
            Mishap.LateRequest => new Fate(id, mishap, dice.Seconds(1, dice.Pick(6, longest)), back, dice),
            Mishap.LateAnswer => new Fate(id, mishap, there, dice.Seconds(1, plan.Patience.TotalSeconds), dice),
            _ => new Fate(id, mishap, there, back, dice),
        };
    }

    private static Mishap Throw(Plan plan, Dice dice)
    {
        var place = dice.Fraction();
        foreach (var (mishap, probability) in plan.Mishaps)
        {
            if (place < probability) return mishap;
            place -= probability;
        }

        return Mishap.None;
    }
}
