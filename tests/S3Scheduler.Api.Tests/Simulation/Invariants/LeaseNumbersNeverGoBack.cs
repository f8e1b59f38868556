namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>The newest lease, whose key sorts first, is never deleted.</summary>
public static class LeaseNumbersNeverGoBack
{
    public static IEnumerable<string> Violations(Stories stories)
    {
        var newest = "~";
        foreach (var e in stories.Events)
        {
            if (!e.Took || !stories.World.Layout.IsLease(e.Key)) continue;
            if (e.Operation == StoreOperation.Put && string.CompareOrdinal(e.Key, newest) < 0) newest = e.Key;
            if (e.Operation == StoreOperation.Delete && e.Key == newest)
                yield return $"the newest lease {e.Key} was deleted at {e.At.TotalSeconds:F3} by #{e.Call.Number}";
        }
    }
}
