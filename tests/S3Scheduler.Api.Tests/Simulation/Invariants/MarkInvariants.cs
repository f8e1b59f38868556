namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What holds for schedules that have failed and could not be moved: a mark says so.</summary>
public static class MarkInvariants
{
    /// <summary>No sweep that began later delivers it or moves it, even if its object can be copied again.</summary>
    public static IEnumerable<string> WaitsForAClient(Stories stories) =>
        from story in stories.All
        from mark in story.Marks
        from copy in story.Deliveries.Concat(story.Failures)
        where copy.Call.LeaseTaken > mark.At
        select $"{story} was marked at {mark.At.TotalSeconds:F3} by #{mark.Call.Number} and copied at "
            + $"{copy.At.TotalSeconds:F3} by #{copy.Call.Number}";

    /// <summary>A cancel never says "already due" of it: it is not delivered any more.</summary>
    public static IEnumerable<string> CanBeDeleted(Stories stories)
    {
        if (stories.World.History.ServerSet.Count > 0) return []; // then it can have failed before its due time
        return from call in stories.World.History.Calls
               where call is { Kind: CallKind.Cancel, Answer: nameof(CancelOutcome.AlreadyDue) }
               from story in stories.All
               where $"{story.Key}" == call.What && story.Marks.Exists(mark => mark.At < call.Began)
                   && !stories.Events.Any(e => e.Was == story.Id && e.Changed && e.At <= call.Ended)
               select $"#{call.Number} was answered {call.Answer} although {story} had failed";
    }
}
