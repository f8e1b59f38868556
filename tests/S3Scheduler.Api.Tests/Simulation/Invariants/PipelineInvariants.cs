namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What a pipeline is for, in runs where nothing is wrong except that a bucket may be slow.</summary>
public static class PipelineInvariants
{
    /// <summary>A second until a batch is full, and the requests for its receipts and its deletes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2.5);

    /// <summary>A look a second, a second until a slow copy gives up its place, and some requests.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan BetweenFullLooks = TimeSpan.FromSeconds(15);

    /// <summary>What is for a bucket that is not slow is copied soon after it is due and a sweep goes on.</summary>
    public static IEnumerable<string> NoDestinationWaitsForAnother(Stories stories)
    {
        var world = stories.World;
        if (!world.Plan.IsCalm || world.Plan.Options.PythonSchedules) yield break;
        var slow = world.Plan.Steps.OfType<SlowBucketStep>().Select(s => s.Bucket).ToHashSet();
        foreach (var story in stories.All.Where(s => !slow.Contains(s.Key.Destination.Bucket)))
        {
            foreach (var copy in story.Deliveries)
            {
                var ready = new[]
                {
                    story.Key.DueAt - world.At(TimeSpan.Zero), story.Stored.At, LastDelivery(stories, story, copy),
                }.Max();
                // What was stored after its due time may be behind the last look.
                var longest = story.WasLate(world) ? Longest + BetweenFullLooks : Longest;
                var possible = Max(ready, copy.Call.LeaseTaken ?? copy.Sent);
                if (copy.Sent - possible > longest)
                    yield return $"{story} could be delivered from {possible.TotalSeconds:F3}, and was copied at " +
                        $"{copy.Sent.TotalSeconds:F3} by #{copy.Call.Number}";
                // Another sweep has kept this one out for long enough to deliver it, and did not.
                foreach (var call in world.History.Calls.Where(c => c != copy.Call && c.Ended < copy.Sent))
                    if (call.LeaseTaken is { } taken && call.Ended - Max(ready, taken) > longest)
                        yield return $"{story} could be delivered from {ready.TotalSeconds:F3}, and #{call.Number} " +
                            $"had the lease until {call.Ended.TotalSeconds:F3}";
            }
        }
    }

    /// <summary>What was copied is deleted soon, whatever other copies are under way.</summary>
    public static IEnumerable<string> WhatIsCopiedIsDeletedSoon(Stories stories)
    {
        if (!stories.World.Plan.IsCalm) yield break;
        var deletes = stories.Events.Where(e => e is { Operation: StoreOperation.Delete, Changed: true })
            .ToLookup(e => e.Was);
        foreach (var story in stories.All)
            foreach (var copy in story.Deliveries)
                if (!deletes[story.Id].Any(d => d.At >= copy.At && d.At - copy.At <= Soon))
                    yield return $"{story} was copied at {copy.At.TotalSeconds:F3} and not deleted soon";
    }

    private static TimeSpan LastDelivery(Stories stories, Story story, ServerEvent copy) => stories.Events
        .Where(e => Stories.IsDelivery(e) && e != copy && e.Target == copy.Target && e.At < copy.At)
        .Select(e => e.At).DefaultIfEmpty(TimeSpan.Zero).Max();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
