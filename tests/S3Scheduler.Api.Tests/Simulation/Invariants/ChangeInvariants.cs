namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What holds when schedules are given other keys.</summary>
public static class ChangeInvariants
{
    /// <summary>
    /// However many retry or reschedule a schedule at once, there are not more than before: each call that stores one
    /// also removes one, unless a cancel or a reschedule took it first. While outcomes are unknown, both may be there.
    /// </summary>
    public static IEnumerable<string> OneOfOne(Stories stories)
    {
        var (world, layout) = (stories.World, stories.World.Layout);
        if (world.History.HasUnresolved || world.History.ServerSet.Count > 0) yield break;
        var changed = stories.Events.Where(e => e.Changed).ToLookup(e => e.Call);
        foreach (var call in world.History.Calls)
        {
            if (call.Kind is not (CallKind.Retry or CallKind.RetryAll or CallKind.Reschedule
                or CallKind.RescheduleMany)) continue;
            if (call.Answer is not { } answer || answer.StartsWith("fault", StringComparison.Ordinal)) continue;
            if (answer is nameof(RescheduleOutcome.Unknown)) continue;
            if (call.Rescheduled.ContainsValue(RescheduleOutcome.Unknown)) continue;
            var stored = changed[call].Count(e => e.Operation == StoreOperation.Put && layout.IsPending(e.Key));
            var removed = changed[call].Count(e => e.Operation == StoreOperation.Delete
                && (layout.IsPending(e.Key) || layout.IsFailed(e.Key)));
            var cancelled = stories.Events.Count(e => e is { Changed: true, Operation: StoreOperation.Delete }
                && e.Call.Kind is CallKind.Cancel or CallKind.CancelMany
                && e.Call.Ended >= call.Began && e.Call.Began <= call.Ended);
            if (stored > removed + cancelled)
                yield return $"#{call.Number} stored {stored} and removed {removed}";
        }
    }
}
