namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What a cancel (204) or a reschedule (200) took away is delivered neither before nor after.</summary>
public static class CancelledIsNeverDelivered
{
    public static IEnumerable<string> Violations(Stories stories) =>
        from e in stories.Events
        where e.Operation == StoreOperation.Delete && e.Call.Answer is nameof(CancelOutcome.Cancelled) or nameof(RescheduleOutcome.Rescheduled)
        from story in stories.All
        where story.Stored.Key == e.Key && story.Stored.At < e.At && story.DeliveryPipeline.Count > 0
        select $"{story} was cancelled by #{e.Call.Number} and delivered at {story.DeliveryPipeline[0].At.TotalSeconds:F3}";
}
