namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>How sweeps use their lease, and what they cost.</summary>
public static class SweepInvariants
{
    /// <summary>The newest lease, whose key sorts first, is never deleted.</summary>
    public static IEnumerable<string> LeaseNumbersNeverGoBack(Stories stories)
    {
        var newest = "~";
        foreach (var e in stories.Events.Where(e => e.Changed && stories.World.Layout.IsLease(e.Key)))
        {
            if (e.Operation == StoreOperation.Put && string.CompareOrdinal(e.Key, newest) < 0) newest = e.Key;
            if (e.Operation == StoreOperation.Delete && e.Key == newest)
                yield return $"the newest lease {e.Key} was deleted at {e.At.TotalSeconds:F3} by #{e.Call.Number}";
        }
    }

    /// <summary>A sweep sends copies only while it has the newest lease, even if its process was frozen.</summary>
    public static IEnumerable<string> OneSweepCopies(Stories stories) =>
        from e in stories.Events
        where e is { Operation: StoreOperation.Copy, HeldLease: false }
            && !stories.World.History.MayHaveMissedServerSet(e, stories.World.Plan)
        select $"#{e.Call.Number} copied {e.Key} at {e.At.TotalSeconds:F3}, " +
            $"sent at {e.Sent.TotalSeconds:F3} when another had the lease";

    /// <summary>In a quiet run a sweep closes its lease, so that the next one does not wait until it expires.</summary>
    public static IEnumerable<string> LeaseIsClosed(Stories stories)
    {
        if (!stories.World.Plan.IsQuiet) yield break;
        foreach (var call in stories.World.History.Calls)
        {
            if (call.Answer?.Contains("Swept", StringComparison.Ordinal) != true) continue;
            var written = stories.Events.Where(e => e.Call == call && stories.World.Layout.IsLease(e.Key))
                .Where(e => e is { Operation: StoreOperation.Put, Changed: true })
                .GroupBy(e => e.Key).OrderBy(g => g.Key, StringComparer.Ordinal).First().Last();
            if (!written.Content!.Contains("Closed", StringComparison.Ordinal))
                yield return $"#{call.Number} ended and left lease {written.Key} as {written.Content}";
        }
    }

    /// <summary>
    /// In a quiet run an idle sweep costs one request. Another one costs 5 LIST, one more each second and for each
    /// schedule that falls due meanwhile, at most 1 GET, 2 PUT, a COPY for each delivery, at most one DELETE and one
    /// PUT of receipts for each, and 1 PUT and 1 LIST for each renewal of the lease. With Python schedules, LISTs are
    /// twice as many. A LIST an hour finds old receipts.
    /// </summary>
    public static IEnumerable<string> QuietRequests(Stories stories)
    {
        var (world, calls) = (stories.World, stories.World.History.Calls);
        if (!world.Plan.IsQuiet) yield break;
        foreach (var call in calls)
        {
            if (call is not { Kind: CallKind.Sweep, Answer: { } answer }) continue;
            var copies = stories.Events.Where(e => e.Call == call && e.Operation == StoreOperation.Copy).ToList();
            var isSwept = answer.Contains("Swept", StringComparison.Ordinal);
            var isIdle = answer.Contains("Idle", StringComparison.Ordinal);
            // A schedule that is cancelled during a sweep costs a COPY that finds nothing.
            var gone = calls.Any(c => c.Kind is CallKind.Cancel or CallKind.Reschedule) ? 1 : 0;
            // The first response may show by its time that something is due now. Then the sweep looks again.
            var meanwhile = stories.All.Count(s => IsDueIn(world, call, s));
            var seconds = (int)(call.Ended - call.Began).TotalSeconds;
            var looks = isIdle ? 1 + Math.Min(meanwhile, 1) : 5 + seconds + meanwhile;
            var renewals = (int)((call.Ended - call.Began) / (world.Plan.Options.LeaseDuration / 3));
            var lists = world.Plan.Options.PythonSchedules ? 2 : 1;
            var isFirst = calls.TrueForAll(c => c.LeaseTaken is null || c.LeaseTaken >= call.LeaseTaken);
            if (call.Requests[(int)StoreOperation.List] > looks * lists + renewals + (isSwept ? 1 : 0)
                || call.Requests[(int)StoreOperation.Get] > (isIdle ? 0 : 1)
                || call.Requests[(int)StoreOperation.Head] > 0 && !isFirst
                || call.Requests[(int)StoreOperation.Put] > (isSwept ? 2 + copies.Count : isIdle ? 0 : 1) + renewals
                || call.Requests[(int)StoreOperation.Copy] > copies.Count + gone
                || call.Requests[(int)StoreOperation.Delete] > (isSwept ? Math.Max(1, copies.Count) + renewals : 0))
                yield return $"#{call.Number} ({answer}) took " +
                    string.Join(", ", Enum.GetValues<StoreOperation>().Zip(call.Requests));
        }
    }

    private static bool IsDueIn(World world, ServiceCall call, Story story) =>
        story.Key.DueAt >= world.At(call.Began) - TimeSpan.FromSeconds(2) && story.Key.DueAt <= world.At(call.Ended);
}
