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
    /// No copy of it follows, although a sweep may have moved it to the failed ones and not deleted the pending one.
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
