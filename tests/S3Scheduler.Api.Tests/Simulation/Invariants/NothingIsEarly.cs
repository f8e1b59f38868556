namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>No copy to a destination takes place before the due time by the server's clock.</summary>
public static class NothingIsEarly
{
    public static IEnumerable<string> Violations(Stories stories) =>
        from story in stories.All
        from delivery in story.DeliveryPipeline
        where stories.World.At(delivery.At) < story.Key.DueAt
        select $"{story} was delivered at {delivery.At.TotalSeconds:F3}, {(story.Key.DueAt - stories.World.At(delivery.At)).TotalSeconds:F3} s early";
}
