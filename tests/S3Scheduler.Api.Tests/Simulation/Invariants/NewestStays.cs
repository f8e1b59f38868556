namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>After a delivery no earlier one reaches the same destination, uploads that ended after their due time excepted.</summary>
public static class NewestStays
{
    public static IEnumerable<string> Violations(Stories stories)
    {
        var newest = new Dictionary<string, Story>();
        foreach (var e in stories.Events)
        {
            if (!Stories.IsDelivery(e)) continue;
            var story = stories.Of(e.Id!);
            if (story.WasLate(stories.World)) continue;
            if (newest.TryGetValue(e.Target!, out var newer) && newer.Key.DueAt > story.Key.DueAt)
                yield return $"{story} was delivered at {e.At.TotalSeconds:F3}, over {newer}";
            newest[e.Target!] = story;
        }
    }
}
