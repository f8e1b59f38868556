namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>
/// In a quiet run an idle sweep is one request; another is 2 LIST, at most 1 GET, 2 PUT, a COPY for each delivery and a
/// DELETE for each round of deliveries to different destinations;
/// each third of a lease 1 PUT and 1 LIST more; and with schedules of the Python library twice the LISTs.
/// </summary>
public static class SweepRequests
{
    public static IEnumerable<string> Violations(Stories stories)
    {
        if (!stories.World.Plan.IsQuiet) yield break;
        foreach (var call in stories.World.History.Calls)
        {
            if (call is not { Kind: CallKind.Sweep, Answer: { } answer }) continue;
            var copies = stories.Events.Where(e => e.Call == call && e.Operation == StoreOperation.Copy).ToList();
            var rounds = copies.Count == 0 ? 1 : copies.GroupBy(e => e.Target).Max(g => g.Count());
            var isSwept = answer.Contains("Swept", StringComparison.Ordinal);
            var isIdle = answer.Contains("Idle", StringComparison.Ordinal);
            // What is cancelled under a sweep's eyes costs a COPY that finds nothing.
            var gone = stories.World.History.Calls.Any(c => c.Kind is CallKind.Cancel or CallKind.Reschedule) ? 1 : 0;
            // The first answer may tell that something is due now: then it looks again.
            var again = stories.All.Any(s => IsDueIn(stories.World, call, s)) ? 1 : 0;
            var renewals = (int)((call.Ended - call.Began) / (stories.World.Plan.Options.LeaseDuration / 3));
            var lists = stories.World.Plan.Options.PythonSchedules ? 2 : 1;
            if (call.Requests[(int)StoreOperation.List] > ((isIdle ? 1 : 2) + again) * lists + renewals
                || call.Requests[(int)StoreOperation.Get] > (isIdle ? 0 : 1)
                || call.Requests[(int)StoreOperation.Head] > 0 && !stories.World.History.Calls.TrueForAll(c => c.LeaseTaken is null || c.LeaseTaken >= call.LeaseTaken)
                || call.Requests[(int)StoreOperation.Put] > (isSwept ? 2 : isIdle ? 0 : 1) + renewals
                || call.Requests[(int)StoreOperation.Copy] > copies.Count + gone
                || call.Requests[(int)StoreOperation.Delete] > (isSwept ? rounds : 0))
                yield return $"#{call.Number} ({answer}) took {string.Join(", ", Enum.GetValues<StoreOperation>().Zip(call.Requests))}";
        }
    }

    private static bool IsDueIn(World world, ServiceCall call, Story story) =>
        story.Key.DueAt >= world.At(call.Began) - TimeSpan.FromSeconds(2) && story.Key.DueAt <= world.At(call.Ended);
}
