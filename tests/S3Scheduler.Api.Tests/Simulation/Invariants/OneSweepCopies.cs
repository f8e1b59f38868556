namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>A sweep sends copies only while the newest lease is its own, frozen or not.</summary>
public static class OneSweepCopies
{
    public static IEnumerable<string> Violations(Stories stories) =>
        from e in stories.Events
        where e is { Operation: StoreOperation.Copy, HeldLease: false }
        select $"#{e.Call.Number} copied {e.Key} at {e.At.TotalSeconds:F3}, sent at {e.Sent.TotalSeconds:F3} when another had the lease";
}
