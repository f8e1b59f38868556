namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>
/// Without loose ends each schedule is delivered once. After them a second delivery is suppressed while the destination
/// holds the first. Excused are copies that take place late, when their sweep's lease may have ended, or when the sweep is
/// over because it has given up waiting for their answers; sweeps that the destination refuses a look; and what the Python
/// library stored, wherever anything goes wrong.
/// </summary>
public static class DeliveredOnce
{
    public static IEnumerable<string> Violations(Stories stories)
    {
        var late = stories.World.Plan.Options.LeaseDuration / 3;
        var hasLooseEnds = stories.World.History.HasLooseEnds;
        foreach (var story in stories.All)
            for (var i = 1; i < story.DeliveryPipeline.Count; i++)
            {
                var (first, second) = (story.DeliveryPipeline[i - 1], story.DeliveryPipeline[i]);
                if (story.IsOfPython && !stories.World.Plan.IsQuiet) continue;
                if (second.Call.WasRefusedALook) continue;
                if (first.At - first.Sent > late || second.At - second.Sent > late) continue;
                if (IsAfterItsSweep(first) || IsAfterItsSweep(second)) continue;
                if (second.Was != story.Id && (hasLooseEnds || IsLateUpload(second.Was, stories))) continue; // it is no longer there
                yield return $"{story} was delivered at {first.At.TotalSeconds:F3} by #{first.Call.Number} and again at {second.At.TotalSeconds:F3} by #{second.Call.Number}";
            }
    }

    private static bool IsAfterItsSweep(ServerEvent copy) => copy.Call.Answer is not null && copy.At > copy.Call.Ended;

    // Those come in no order, and so may come between a delivery and its delete.
    private static bool IsLateUpload(string? id, Stories stories) => id is not null && stories.Of(id).WasLate(stories.World);
}
