namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>In a quiet run a sweep leaves the newest lease closed: what is due next need not wait for it to expire.</summary>
public static class LeaseIsClosed
{
    public static IEnumerable<string> Violations(Stories stories)
    {
        if (!stories.World.Plan.IsQuiet) yield break;
        foreach (var call in stories.World.History.Calls)
        {
            if (call.Answer?.Contains("Swept", StringComparison.Ordinal) != true) continue;
            var written = stories.Events
                .Where(e => e.Call == call && e is { Operation: StoreOperation.Put, Took: true } && stories.World.Layout.IsLease(e.Key))
                .GroupBy(e => e.Key).OrderBy(g => g.Key, StringComparer.Ordinal).First().Last();
            if (!written.Content!.Contains("Closed", StringComparison.Ordinal))
                yield return $"#{call.Number} ended and left lease {written.Key} as {written.Content}";
        }
    }
}
