namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What the receipts of deliveries prove.</summary>
public static class ReceiptInvariants
{
    /// <summary>
    /// A schedule that a sweep has deleted after a delivery had a receipt before that. If another one had its key
    /// before, which takes a late post or a clock that was set, the receipt may have the ETag of that one: a sweep has
    /// it from its look.
    /// </summary>
    public static IEnumerable<string> GoneMeansCancelledOrHasAReceipt(Stories stories)
    {
        var recorded = Receipts(stories).ToLookup(r => r.Receipt.Key);
        var stored = stories.All.ToLookup(s => $"{s.Key}");
        return from e in stories.Events
               where e is { Operation: StoreOperation.Delete, Changed: true, Call.Kind: CallKind.Sweep, Was: not null }
               let story = stories.Of(e.Was!)
               where story.Failures.Count == 0 && story.Deliveries.Count > 0
                   && !recorded[$"{story.Key}"].Any(r => r.Put.At <= e.At && r.Put.At >= story.Deliveries[0].At
                       && (r.Receipt.ETag == ETag(story) || stored[$"{story.Key}"].Count() > 1))
               select $"{story} was deleted by #{e.Call.Number} at {e.At.TotalSeconds:F3}, and has no receipt";
    }

    /// <summary>A receipt is of a delivery that has taken place.</summary>
    public static IEnumerable<string> OnlyDeliveriesHaveReceipts(Stories stories)
    {
        var delivered = stories.All.ToLookup(s => $"{s.Key}");
        return from recorded in Receipts(stories)
               let receipt = recorded.Receipt
               where !delivered[receipt.Key].Any(s => s.Deliveries.Exists(d => d.At <= recorded.Put.At))
               select $"{receipt.Key} has a receipt of {recorded.Put.At.TotalSeconds:F3}, and was not delivered";
    }

    /// <summary>In a quiet run it tells to a second or two when that was.</summary>
    public static IEnumerable<string> TheyTellTheTime(Stories stories)
    {
        var world = stories.World;
        if (!world.Plan.IsQuiet) yield break;
        var delivered = stories.All.ToLookup(s => ($"{s.Key}", ETag(s)));
        foreach (var (receipt, _) in Receipts(stories))
        {
            var copies = delivered[(receipt.Key, receipt.ETag)].SelectMany(s => s.Deliveries).ToList();
            if (!copies.Exists(c => (receipt.DeliveredAt - world.At(c.At)).Duration() <= TimeSpan.FromSeconds(2)))
                yield return $"{receipt.Key} was delivered at {receipt.DeliveredAt:O}, says its receipt";
        }
    }

    /// <summary>
    /// They cost one PUT a second, and up to two more for each delivery that waited for another, even if it was left to
    /// the next sweep.
    /// </summary>
    public static IEnumerable<string> TheyAreFew(Stories stories) =>
        from call in stories.World.History.Calls
        where stories.World.Plan.IsCalm && call is { Kind: CallKind.Sweep, Answer: not null }
        let own = stories.Events.Where(e => e.Call == call).ToList()
        let puts = own.Count(e => e.Operation == StoreOperation.Put && stories.World.Layout.IsReceipt(e.Key))
        let targets = own.Where(e => e.Operation == StoreOperation.Copy).ToLookup(e => e.Target)
        let waited = targets.Sum(copies => copies.Count() - 1 + (WasLeft(stories, call, copies.Key) ? 1 : 0))
        where puts > 1 + (int)(call.Ended - call.Began).TotalSeconds + 2 * waited
        select $"#{call.Number} stored {puts} batches of receipts in {(call.Ended - call.Began).TotalSeconds:F3} s";

    // Whether one to this destination was due when the sweep ended, and was not delivered yet.
    private static bool WasLeft(Stories stories, ServiceCall call, string? target) => stories.All.Any(story =>
        $"{story.Key.Destination.Bucket}/{story.Key.Destination.Key}" == target && story.Stored.At <= call.Ended
        && story.Key.DueAt <= stories.World.At(call.Ended) && !story.Deliveries.Exists(d => d.At <= call.Ended));

    private static IEnumerable<(Receipt Receipt, ServerEvent Put)> Receipts(Stories stories) =>
        from e in stories.Events
        where e is { Operation: StoreOperation.Put, Changed: true } && stories.World.Layout.IsReceipt(e.Key)
        from receipt in Layout.ReadReceipts(e.Content!)
        select (receipt, e);

    private static string ETag(Story story) => SimulatedServer.Entry.ETagOf(story.Stored.Content!);
}
