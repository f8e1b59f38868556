namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What holds when one call changes many schedules.</summary>
public static class ManyInvariants
{
    private static readonly TimeSpan CancelMargin = TimeSpan.FromSeconds(2);

    /// <summary>A delete is not even sent for a schedule that is due within two seconds.</summary>
    public static IEnumerable<string> WhatIsDueIsNotCancelled(Stories stories) =>
        from e in stories.Events
        where e is { Operation: StoreOperation.Delete, Call.Kind: CallKind.CancelMany }
            && stories.World.History.ServerSet.Count == 0
        let key = stories.World.Layout.TryRead(e.Key)
        // What has failed where it is can be deleted.
        where key is not null && !stories.All.Any(s => $"{s.Key}" == $"{key}" && s.Marks.Count > 0)
            && key.DueAt - stories.World.At(e.Sent) < CancelMargin
        select $"#{e.Call.Number} deleted {key} at {e.Sent.TotalSeconds:F3}";

    /// <summary>What counts as cancelled or deleted was deleted, by this very call.</summary>
    public static IEnumerable<string> WhatIsCountedIsDone(Stories stories) =>
        from call in stories.World.History.Calls
        from counted in call.Cancelled
        where counted.Value == CancelOutcome.Cancelled
            || counted.Value == CancelOutcome.FailedDeleted && stories.World.Layout.IsFailed(counted.Key)
        where !stories.Events.Any(e => e.Call == call && e.Operation == StoreOperation.Delete && e.Key == counted.Key)
        select $"#{call.Number} has not deleted {counted.Key}, and says {counted.Value}";

    /// <summary>
    /// In a run of pages each schedule is moved once, although it moves to where later pages are. The server's clock
    /// says what was there when the run began, so that must not have been set.
    /// </summary>
    public static IEnumerable<string> EachIsMovedOnce(Stories stories)
    {
        if (stories.World.History.ServerSet.Count > 0) yield break;
        var moved = new Dictionary<string, PlanStep>();
        foreach (var e in stories.Events.Where(e => e is { Changed: true, Call.Kind: CallKind.RescheduleMany }))
        {
            if (e is { Operation: StoreOperation.Put, Id: { } id }) moved[id] = e.Call.Run!;
            // A page that broke off is sent again, and not all of it was a page after the first.
            if (e is not { Operation: StoreOperation.Delete, Was: { } was } || !moved.TryGetValue(was, out var run))
                continue;
            if (run == e.Call.Run && !HasBrokenOff(stories, run))
                yield return $"{stories.Of(was)} was moved again by #{e.Call.Number} at {e.At.TotalSeconds:F3}";
        }
    }

    /// <summary>Moving many never makes two of them one: each that is removed was stored again.</summary>
    public static IEnumerable<string> NoneBecomesAnother(Stories stories) =>
        from call in stories.World.History.Calls
        where call is { Kind: CallKind.RescheduleMany, Answer: not null }
            && !stories.World.History.HasUnresolved && stories.World.History.ServerSet.Count == 0
        let changed = stories.Events.Where(e => e.Call == call && e.Changed
            && stories.World.Layout.IsPending(e.Key)).ToList()
        let stored = changed.Count(e => e.Operation == StoreOperation.Put)
        let removed = changed.Count(e => e.Operation == StoreOperation.Delete)
        where removed > stored
        select $"#{call.Number} removed {removed} and stored {stored}";

    private static bool HasBrokenOff(Stories stories, PlanStep run) => stories.World.History.Calls
        .Exists(c => c.Run == run && c.Answer?.StartsWith("fault", StringComparison.Ordinal) == true);

    /// <summary>
    /// No copy of it follows, although a sweep may have moved it to the failed ones and not yet deleted the pending
    /// one.
    /// </summary>
    public static IEnumerable<string> DeletedIsNeverDelivered(Stories stories) =>
        from e in stories.Events
        where e is { Operation: StoreOperation.Delete, Changed: true, Was: not null }
            && e.Call.Kind is CallKind.Cancel or CallKind.CancelMany && stories.World.Layout.IsFailed(e.Key)
        let story = stories.Of(e.Was!)
        from delivery in story.Deliveries
        where delivery.At > e.At
        select $"{story} had failed and was deleted by #{e.Call.Number} at {e.At.TotalSeconds:F3}, and was delivered "
            + $"at {delivery.At.TotalSeconds:F3}";
}
