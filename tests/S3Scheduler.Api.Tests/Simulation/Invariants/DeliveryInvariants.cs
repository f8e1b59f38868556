namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What clients are promised about their schedules.</summary>
public static class DeliveryInvariants
{
    /// <summary>
    /// An object leaves the folder only after it was delivered, failed or stored again, or because a client asked for
    /// that. No object is overwritten.
    /// </summary>
    public static IEnumerable<string> NothingIsLost(Stories stories)
    {
        var layout = stories.World.Layout;
        for (var i = 0; i < stories.Events.Count; i++)
        {
            var e = stories.Events[i];
            if (e is not { Changed: true, Was: { } was } || !WasPromised(stories, stories.Of(was))) continue;
            if (UsesADeliveredKey(stories, stories.Of(was))) continue;
            if (e.Operation == StoreOperation.Delete && !MayGo(stories, e, i))
                yield return $"{stories.Of(was)} was deleted by #{e.Call.Number} at {e.At.TotalSeconds:F3}, " +
                    "neither delivered nor failed nor stored again";
            // At a destination the newer delivery overwrites the older one.
            if (e.Operation == StoreOperation.Delete || Stories.IsDelivery(e)) continue;
            var at = e.Operation == StoreOperation.Copy ? e.Target!["scheduler/".Length..] : e.Key;
            if (was != e.Id && (layout.IsPending(at) || layout.IsFailed(at))
                && !stories.Of(was).Deliveries.Exists(d => d.At <= e.At))
                yield return $"{stories.Of(was)} was overwritten at {e.At.TotalSeconds:F3} by {stories.Of(e.Id!)}";
        }
    }

    /// <summary>Some time after the last fault, everything due is delivered or failed, and no call hangs.</summary>
    public static IEnumerable<string> AllComesToRest(Stories stories)
    {
        var world = stories.World;
        // What was posted late while the server's clock was fast is due later.
        var due = world.ServerTime - TimeSpan.FromMinutes(1);
        foreach (var key in world.Server.Due(due))
            yield return $"{key} is pending at the end";
        // A sweep goes on while it has something in hand that is not due any more.
        var isWaiting = world.History.ServerSet.Count > 0 && world.Server.Keys("scheduler").Any(world.Layout.IsPending);
        foreach (var call in world.History.Calls.Where(c => c.Kind != CallKind.Sweep || !isWaiting))
            if (call.Answer is null && !world.History.Killed.Contains(call.Process) && call.Began > world.Plan.Healed
                && call.Began < world.Now - TimeSpan.FromMinutes(2)) yield return $"#{call.Number} was never answered";
    }

    /// <summary>
    /// No copy to a destination takes place before the due time by the server's clock. If that clock was set, the time
    /// that it showed in the 10 seconds before counts, and differences of 4 seconds are not seen.
    /// </summary>
    public static IEnumerable<string> NothingIsEarly(Stories stories) =>
        from story in stories.All
        from delivery in story.Deliveries
        let ahead = stories.World.History.MostAhead(delivery.Sent, TimeSpan.FromSeconds(10))
        let unseen = stories.World.History.ServerSet.Count > 0 ? TimeSpan.FromSeconds(4) : TimeSpan.Zero
        let early = story.Key.DueAt - stories.World.At(delivery.At) - ahead - unseen
        where early > TimeSpan.Zero
        select $"{story} was delivered at {delivery.At.TotalSeconds:F3}, {early.TotalSeconds:F3} s early";

    /// <summary>
    /// No copy leaves the folder except to an allowed destination. In the folder copies only get to the failed ones.
    /// </summary>
    public static IEnumerable<string> NothingGoesElsewhere(Stories stories) =>
        from e in stories.Events
        where e.Operation == StoreOperation.Copy && !PlanGenerator.Allowed.Append("scheduler/schedules/.failed")
            .Any(allowed => e.Target!.StartsWith($"{allowed}/", StringComparison.Ordinal))
        select $"#{e.Call.Number} copied {e.Key} to {e.Target} at {e.At.TotalSeconds:F3}";

    /// <summary>What a cancel (204) or a reschedule (200) deleted is delivered neither before nor after.</summary>
    public static IEnumerable<string> CancelledIsNeverDelivered(Stories stories) =>
        from e in stories.Events
        where e.Operation == StoreOperation.Delete
            && (e.Call.Answer is nameof(CancelOutcome.Cancelled) or nameof(RescheduleOutcome.Rescheduled)
                || e.Call.Cancelled.GetValueOrDefault(e.Key, CancelOutcome.Unknown) == CancelOutcome.Cancelled
                || e.Call.Rescheduled.GetValueOrDefault(e.Key, RescheduleOutcome.Unknown)
                    == RescheduleOutcome.Rescheduled)
        from story in stories.All
        where story.Stored.Key == e.Key && story.Stored.At < e.At && story.Deliveries.Count > 0
            && (stories.World.History.ServerSet.Count == 0 || story.Id == e.Was)
            && !stories.World.History.ServerSet.Exists(set => set.By < TimeSpan.Zero && set.At < e.At
                && (set.At > story.Deliveries[0].Sent || story.WasEarly(stories.World)))
        select $"{story} was cancelled by #{e.Call.Number} and delivered at {story.Deliveries[0].At.TotalSeconds:F3}";

    /// <summary>A cancel that is answered "already due" changes nothing.</summary>
    public static IEnumerable<string> ConflictChangesNothing(Stories stories) =>
        from e in stories.Events
        where e.Changed && e.Operation is StoreOperation.Delete or StoreOperation.Copy
            && (e.Call is { Kind: CallKind.Cancel, Answer: nameof(CancelOutcome.AlreadyDue) }
                || e.Call.Cancelled.GetValueOrDefault(e.Key, CancelOutcome.Unknown) == CancelOutcome.AlreadyDue
                || e.Call.Rescheduled.GetValueOrDefault(e.Key, RescheduleOutcome.Unknown)
                    == RescheduleOutcome.AlreadyDue)
        select $"#{e.Call.Number} was answered {e.Call.Answer}, and changed {e.Key} at {e.At.TotalSeconds:F3}";

    /// <summary>
    /// If every outcome is known, each schedule is delivered once. Otherwise there is no second delivery while the
    /// destination holds the first. The exceptions are copies that take place late, when the lease of their sweep may
    /// have ended, or after a sweep that gave up waiting for them; sweeps that may not read the destination; and,
    /// unless the run is quiet, what the Python library stored.
    /// </summary>
    public static IEnumerable<string> DeliveredOnce(Stories stories)
    {
        var lease = stories.World.Plan.Options.LeaseDuration;
        var late = lease / 3;
        var hasUnresolved = stories.World.History.HasUnresolved;
        foreach (var story in stories.All)
            for (var i = 1; i < story.Deliveries.Count; i++)
            {
                var (first, second) = (story.Deliveries[i - 1], story.Deliveries[i]);
                if (story.HasNoId && !stories.World.Plan.IsQuiet) continue;
                if (second.Call.WasRefusedALook) continue;
                if (first.At - first.Sent > late || second.At - second.Sent > late) continue;
                if (stories.World.History.MayHaveMissedServerSet(second, stories.World.Plan)) continue;
                if (IsAfterItsSweep(first) || IsAfterItsSweep(second)) continue;
                // Nobody waited for one of them any more.
                var patience = stories.World.Plan.CopyPatience;
                if (first.At - first.Sent > patience || second.At - second.Sent > patience) continue;
                // The destination no longer holds the first: a late upload, which has no order, may replace it.
                if (second.Was != story.Id
                    && (hasUnresolved || second.Was is { } other && stories.Of(other).WasLate(stories.World))) continue;
                yield return $"{story} was delivered at {first.At.TotalSeconds:F3} by #{first.Call.Number} " +
                    $"and again at {second.At.TotalSeconds:F3} by #{second.Call.Number}";
            }
    }

    /// <summary>
    /// After a delivery no earlier one reaches the same destination, except uploads that ended late, and copies that
    /// take place so late that the lease of their sweep may have ended.
    /// </summary>
    public static IEnumerable<string> NewestStays(Stories stories)
    {
        if (stories.World.History.ServerSet.Count > 0) yield break; // then posts are not in order themselves
        var newest = new Dictionary<string, Story>();
        foreach (var e in stories.Events.Where(Stories.IsDelivery))
        {
            var story = stories.Of(e.Id!);
            if (story.WasLate(stories.World)) continue;
            if (e.At - e.Sent > stories.World.Plan.Options.LeaseDuration / 3) continue;
            if (newest.TryGetValue(e.Target!, out var newer) && newer.Key.DueAt > story.Key.DueAt)
                yield return $"{story} was delivered at {e.At.TotalSeconds:F3}, over {newer}";
            newest[e.Target!] = story;
        }
    }

    /// <summary>Of two late posts through one process, the one that was sent later never gets an earlier key.</summary>
    public static IEnumerable<string> LatePostsKeepTheirOrder(Stories stories)
    {
        const string Created = "Created ";
        if (stories.World.History.ServerSet.Count > 0) return [];
        var late = stories.World.History.Calls
            .Where(c => c.Kind == CallKind.Create && c.Answer?.StartsWith(Created, StringComparison.Ordinal) == true)
            .Select(c => (Call: c, Key: c.Answer![Created.Length..]))
            .Where(post => !post.Call.What.StartsWith(post.Key, StringComparison.Ordinal)).ToList();
        return from first in late
               from second in late
               where first.Call.Process == second.Call.Process && first.Call.Ended < second.Call.Began
                   && first.Key[24..] == second.Key[24..] && string.CompareOrdinal(first.Key, second.Key) > 0
               select $"#{first.Call.Number} got {first.Key}, and #{second.Call.Number} after it {second.Key}";
    }

    private static bool IsAfterItsSweep(ServerEvent copy) => copy.Call.Answer is not null && copy.At > copy.Call.Ended;

    private static bool MayGo(Stories stories, ServerEvent e, int index)
    {
        var story = stories.Of(e.Was!);
        return e.Call.Kind switch
        {
            CallKind.Cancel => true,
            CallKind.CancelMany => !IsAnswered(e.Call) || e.Call.Cancelled.ContainsKey(e.Key),
            CallKind.Sweep => story.Deliveries.Exists(d => d.At <= e.At) || story.Failures.Exists(f => f.At <= e.At),
            // Two calls on one schedule may both succeed: this one read an earlier one, which a cancel then deleted.
            CallKind.Reschedule or CallKind.RescheduleMany when story.Stored.At > e.Call.Began => true,
            // Perhaps an earlier call has stored it and broke off.
            _ => stories.Events.Take(index).Any(put =>
                (put.Call == e.Call || BrokeOff(put.Call, e))
                && put.Key != e.Key && put.Operation == StoreOperation.Put
                && put.Content == story.Stored.Content && put.Key.EndsWith(AfterTime(story), StringComparison.Ordinal)),
        };
    }

    private static bool IsAnswered(ServiceCall call) =>
        call.Answer is { } answer && !answer.StartsWith("fault", StringComparison.Ordinal);

    private static bool BrokeOff(ServiceCall earlier, ServerEvent later) =>
        earlier.Kind is CallKind.Retry or CallKind.RetryAll or CallKind.Reschedule or CallKind.RescheduleMany
        && earlier.Began < later.At && (earlier.Answer is null or nameof(RescheduleOutcome.Unknown)
            || earlier.Rescheduled.ContainsValue(RescheduleOutcome.Unknown)
            || earlier.Answer.StartsWith("fault", StringComparison.Ordinal));

    // Nothing is promised about a schedule that was stored late and whose call did not succeed.
    private static bool WasPromised(Stories stories, Story story) => !story.WasLate(stories.World)
        || story.Stored.Call.Answer is { } answer && !answer.StartsWith("fault", StringComparison.Ordinal);

    // After the server's clock was set back, a client may post under a key that was delivered before.
    private static bool UsesADeliveredKey(Stories stories, Story story) =>
        stories.World.History.ServerSet.Exists(set => set.By < TimeSpan.Zero && set.At < story.Stored.At)
        && stories.All.Any(other => other.Stored.Key == story.Stored.Key && other.Id != story.Id
            && other.Deliveries.Exists(d => d.At < story.Stored.At));

    private static string AfterTime(Story story) => story.Key.ToString()[24..];
}
