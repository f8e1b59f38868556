namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>Once all faults have ended, what was due is at its destination or has failed, and workers go on.</summary>
public static class AllComesToRest
{
    public static IEnumerable<string> Violations(Stories stories)
    {
        foreach (var key in stories.World.Server.Keys("scheduler"))
            if (stories.World.Layout.IsPending(key)) yield return $"{key} is pending at the end";
        foreach (var call in stories.World.History.Calls)
            if (call.Answer is null && call.Began > stories.World.Plan.Healed && call.Began < stories.World.Now - TimeSpan.FromMinutes(2))
                yield return $"#{call.Number} was never answered";
    }
}
