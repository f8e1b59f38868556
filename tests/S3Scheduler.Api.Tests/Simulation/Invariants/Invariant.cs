namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What must hold of every history.</summary>
/// <param name="Violations">What breaks it, in words.</param>
public sealed record Invariant(string Name, Func<Stories, IEnumerable<string>> Violations)
{
    public static readonly IReadOnlyList<Invariant> All =
    [
        new("Nothing is lost", NothingIsLost.Violations),
        new("All comes to rest", AllComesToRest.Violations),
        new("Nothing is early", NothingIsEarly.Violations),
        new("What is cancelled is never delivered", CancelledIsNeverDelivered.Violations),
        new("A 409 to cancel changes nothing", ConflictChangesNothing.Violations),
        new("Delivered once", DeliveredOnce.Violations),
        new("A destination ends with the newest", NewestStays.Violations),
        new("Lease numbers never go back", LeaseNumbersNeverGoBack.Violations),
        new("One sweep copies at a time", OneSweepCopies.Violations),
        new("A quiet sweep closes its lease", LeaseIsClosed.Violations),
        new("Quiet sweeps stay within their requests", SweepRequests.Violations),
    ];

    /// <summary>The first that is broken, by name, and how; null: all hold.</summary>
    public static (string Name, string How)? FirstBroken(World world)
    {
        if (world.History.Calls.Find(c => c.Answer?.StartsWith("bug", StringComparison.Ordinal) == true) is { } bug)
            return ("No call throws", bug.Answer!);
        var stories = new Stories(world);
        foreach (var invariant in All)
            if (invariant.Violations(stories).FirstOrDefault() is { } how) return (invariant.Name, how);
        return null;
    }
}
