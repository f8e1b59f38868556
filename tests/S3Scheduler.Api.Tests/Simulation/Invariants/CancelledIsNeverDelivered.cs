using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Tests.Support;

namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What a cancel (204) or a reschedule (200) took away is delivered neither before nor after.</summary>
public static class CancelledIsNeverDelivered
{
    public static IEnumerable<string> Violations(Stories stories) =>
        from e in stories.Events
        where e is { Operation: StoreOperation.Delete, Was: not null, Took: true }
            && e.Call.Answer is nameof(CancelOutcome.Cancelled) or nameof(RescheduleOutcome.Rescheduled) or "FailedDeleted" && stories.World.Layout.IsPending(e.Key)
        let story = stories.Of(e.Was!)
        where story.Deliveries.Count > 0
        select $"{story} was cancelled by #{e.Call.Number} and delivered at {story.Deliveries[0].At.TotalSeconds:F3}";
}
