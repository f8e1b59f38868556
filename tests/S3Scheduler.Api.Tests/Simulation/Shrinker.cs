using S3Scheduler.Api.Tests.Simulation.Invariants;

namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Removes steps and mishaps from a plan as long as the same invariant is still broken.</summary>
public static class Shrinker
{
    public static Plan Shrink(Plan plan, string broken)
    {
        for (var size = 0; ;)
        {
            plan = WithoutSteps(plan, broken);
            plan = WithoutMishaps(plan, broken);
            var now = plan.Steps.Count - plan.Spared.Count;
            if (now == size) return plan;
            size = now;
        }
    }

    private static Plan WithoutSteps(Plan plan, string broken)
    {
        for (var length = Math.Max(1, plan.Steps.Count / 2); ; length /= 2)
        {
            for (var i = 0; i < plan.Steps.Count;)
            {
                var shorter = plan with { Steps = [.. plan.Steps.Take(i), .. plan.Steps.Skip(i + length)] };
                if (Breaks(shorter, broken)) plan = shorter;
                else i += length;
            }

            if (length <= 1) return plan;
        }
    }

    private static Plan WithoutMishaps(Plan plan, string broken)
    {
        foreach (var id in Run.Of(plan).History.Mishaps)
        {
            var calmer = plan with { Spared = new HashSet<ulong>(plan.Spared) { id } };
            if (Breaks(calmer, broken)) plan = calmer;
        }

        return plan;
    }

    private static bool Breaks(Plan plan, string broken) => Invariant.FirstBroken(Run.Of(plan))?.Name == broken;
}
