using System.Collections.Concurrent;
using S3Scheduler.Api.Delivery.Leases;
using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Delivers the pages of one sweep: many copies at once, deletes in batches. Schedules to the same destination go in
/// due order, and each delete is acknowledged before the next copy to that destination starts, so the newest stays.
/// </summary>
public sealed class DeliveryPipeline(
    IObjectStore store, ScheduleFolder folder, Deliverer deliverer, SweepLease lease, int concurrency, ILogger logger)
{
    // Destinations with a schedule that stays pending: later ones must not overtake it.
    private readonly ConcurrentDictionary<Destination, bool> _held = [];
    private readonly ConcurrentDictionary<string, bool> _unresolved = [];

    public int Delivered { get; private set; }

    public int Failed { get; private set; }

    /// <summary>The buckets with deliveries of unknown outcome.</summary>
    public IReadOnlyCollection<string> Unresolved => [.. _unresolved.Keys];

    /// <summary>The buckets with due schedules that stay pending.</summary>
    public IEnumerable<string> HeldBuckets => _held.Keys.Select(d => d.Bucket).Distinct();

    /// <returns>False: it was stopped, or the lease was lost, before all was tried.</returns>
    public async Task<bool> DeliverAsync(SweepPage page, SweepStop stop)
    {
        // Only the newest lease counts. The older ones are on this page; its first batch of deletes removes them.
        IReadOnlyList<ListedObject> outdated = [.. page.Leases.Skip(1).Select(l => l.Listed)];
        foreach (var round in Rounds(page.Due))
        {
            foreach (var batch in round.Chunk(SweepPage.Size - outdated.Count))
            {
                if (!await DeliverRoundAsync(batch, outdated, stop)) return false;
                outdated = [];
            }
        }

        return true;
    }

    // The first schedule of each destination, then the second of each, and so on.
    private static IEnumerable<IEnumerable<PendingSchedule>> Rounds(IEnumerable<PendingSchedule> due) =>
        from schedule in due
        group schedule by schedule.Key.Destination into same
        from place in same.Index()
        group place.Item by place.Index into round
        orderby round.Key
        select round;

    private async Task<bool> DeliverRoundAsync(
        IReadOnlyList<PendingSchedule> round, IReadOnlyList<ListedObject> outdated, SweepStop stop)
    {
        try
        {
            return await TryDeliverRoundAsync(round, outdated, stop);
        }
        catch
        {
            // An unexpected fault: any of these may have been delivered.
            foreach (var schedule in round) Hold(schedule, isUnresolved: true);
            throw;
        }
    }

    private async Task<bool> TryDeliverRoundAsync(
        IReadOnlyList<PendingSchedule> round, IReadOnlyList<ListedObject> outdated, SweepStop stop)
    {
        var settled = new ConcurrentQueue<(PendingSchedule Schedule, DeliveryOutcome Outcome)>();
        var all = true;
        var open = round.Where(s => !_held.ContainsKey(s.Key.Destination));
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = concurrency,
            TaskScheduler = TaskScheduler.Current,
        };
        await Parallel.ForEachAsync(open, parallel, async (schedule, _) =>
        {
            await lease.RenewalAsync(stop.Asked);
            if (stop.MustStop || !lease.MayCopy)
            {
                all = false;
                return;
            }

            var bucket = schedule.Key.Destination.Bucket;
            var outcome = await deliverer.DeliverAsync(schedule, lease, stop.Copies);
            if (outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Failed) settled.Enqueue((schedule, outcome));
            if (outcome is DeliveryOutcome.Held or DeliveryOutcome.Unknown)
                Hold(schedule, isUnresolved: outcome == DeliveryOutcome.Unknown || lease.MayBeDuplicate(bucket));
        });

        await DeleteAsync([.. settled], outdated, stop.Deletes);
        await lease.RenewalAsync(stop.Asked);
        return all && lease.MayCopy;
    }

    private async Task DeleteAsync(
        IReadOnlyList<(PendingSchedule Schedule, DeliveryOutcome Outcome)> settled,
        IReadOnlyList<ListedObject> outdated, CancellationToken abandon)
    {
        if (settled.Count == 0 && outdated.Count == 0) return;
        var failed = await TryDeleteAsync([.. settled.Select(s => s.Schedule.Listed), .. outdated], abandon);
        foreach (var (schedule, outcome) in settled)
        {
            if (failed(schedule.Listed.Key) is { } code)
            {
                Hold(schedule, isUnresolved: true);
                logger.DeleteFailed(schedule.Key, code);
            }
            else if (outcome == DeliveryOutcome.Delivered) Delivered++;
            else Failed++;
        }
    }

    /// <returns>By key: the error code of a delete that was not acknowledged, else null.</returns>
    private async Task<Func<string, string?>> TryDeleteAsync(
        IReadOnlyList<ListedObject> objects, CancellationToken abandon)
    {
        try
        {
            var targets = objects.Select(o => new DeleteTarget(o.Key, o.ETag)).ToList();
            var deleted = await store.DeleteAsync(folder.Bucket, targets, abandon);
            return key => deleted.Failed.GetValueOrDefault(key);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            return _ => (e as StoreException)?.Code ?? StoreException.Unreachable;
        }
    }

    private void Hold(PendingSchedule schedule, bool isUnresolved)
    {
        _held[schedule.Key.Destination] = true;
        if (isUnresolved) _unresolved[schedule.Key.Destination.Bucket] = true;
    }
}
