namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>A rule that every history keeps.</summary>
/// <param name="Violations">Finds what breaks the rule, and describes it.</param>
public sealed record Invariant(string Name, Func<Stories, IEnumerable<string>> Violations)
{
    public static readonly IReadOnlyList<Invariant> All =
    [
        new("Nothing is lost", DeliveryInvariants.NothingIsLost),
        new("All comes to rest", DeliveryInvariants.AllComesToRest),
        new("Nothing is early", DeliveryInvariants.NothingIsEarly),
        new("Nothing is copied where it may not go", DeliveryInvariants.NothingGoesElsewhere),
        new("What is cancelled is never delivered", DeliveryInvariants.CancelledIsNeverDelivered),
        new("A 409 to cancel changes nothing", DeliveryInvariants.ConflictChangesNothing),
        new("What is due is not cancelled", ManyInvariants.WhatIsDueIsNotCancelled),
        new("What counts as cancelled is deleted", ManyInvariants.WhatIsCountedIsDone),
        new("A run moves each schedule once", ManyInvariants.EachIsMovedOnce),
        new("Moving many makes no two one", ManyInvariants.NoneBecomesAnother),
        new("A failed one that was deleted is never delivered", ManyInvariants.DeletedIsNeverDelivered),
        new("A retry or a reschedule makes one of one", ChangeInvariants.OneOfOne),
        new("What has failed where it is waits for a client", MarkInvariants.WaitsForAClient),
        new("What has failed where it is can be deleted", MarkInvariants.CanBeDeleted),
        new("Delivered once", DeliveryInvariants.DeliveredOnce),
        new("A destination ends with the newest", DeliveryInvariants.NewestStays),
        new("Late posts keep their order", DeliveryInvariants.LatePostsKeepTheirOrder),
        new("No destination waits for another", PipelineInvariants.NoDestinationWaitsForAnother),
        new("What is copied is deleted soon", PipelineInvariants.WhatIsCopiedIsDeletedSoon),
        new("Gone means cancelled or has a receipt", ReceiptInvariants.GoneMeansCancelledOrHasAReceipt),
        new("Only deliveries have receipts", ReceiptInvariants.OnlyDeliveriesHaveReceipts),
        new("Receipts tell the time", ReceiptInvariants.TheyTellTheTime),
        new("Receipts are few", ReceiptInvariants.TheyAreFew),
        new("Lease numbers never go back", SweepInvariants.LeaseNumbersNeverGoBack),
        new("One sweep copies at a time", SweepInvariants.OneSweepCopies),
        new("A quiet sweep closes its lease", SweepInvariants.LeaseIsClosed),
        new("Quiet sweeps stay within their requests", SweepInvariants.QuietRequests),
    ];

    /// <summary>The name of the first broken invariant, and what breaks it; null: no invariant is broken.</summary>
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
