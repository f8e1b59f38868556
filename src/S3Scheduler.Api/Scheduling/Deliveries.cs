using System.Collections.Concurrent;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// The deliveries of one sweep: many copies at once, deletes in batches. Those to one destination go in due order, and
/// each one's delete is acknowledged before the next copy to it starts, so that the newest stays.
/// </summary>
public sealed class Deliveries(IObjectStore store, ScheduleFolder folder, int concurrency, ILogger logger)
{
    // Destinations with a schedule that could not be delivered for good: later ones must not overtake it.
    private readonly ConcurrentDictionary<Destination, bool> _held = [];

    public int Delivered { get; private set; }

    public int Failed => _failed;

    private int _failed;

    /// <param name="due">In due order; up to 1,000, which one batch can delete.</param>
    public async Task DeliverAsync(IReadOnlyList<PendingSchedule> due, CancellationToken cancellation)
    {
        foreach (var round in Rounds(due)) await DeliverRoundAsync(round, cancellation);
    }

    // The first of each destination, then the second of each, and so on.
    private static IEnumerable<IEnumerable<PendingSchedule>> Rounds(IEnumerable<PendingSchedule> due) =>
        from schedule in due
        group schedule by schedule.Key.Destination into same
        from place in same.Index()
        group place.Item by place.Index into round
        orderby round.Key
        select round;

    private async Task DeliverRoundAsync(IEnumerable<PendingSchedule> round, CancellationToken cancellation)
    {
        var copied = new ConcurrentBag<PendingSchedule>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellation };
        try
        {
            await Parallel.ForEachAsync(round.Where(s => !_held.ContainsKey(s.Key.Destination)), parallel, async (schedule, _) =>
            {
                if (await CopyAsync(schedule)) copied.Add(schedule);
            });
        }
        finally
        {
            // Also when stopped: what was copied must not be delivered again.
            await DeleteAsync([.. copied]);
        }
    }

    // Not cancelled half-way: a copy that was asked for may take place.
    private async Task<bool> CopyAsync(PendingSchedule schedule)
    {
        var destination = schedule.Key.Destination;
        try
        {
            var target = new ObjectAddress(destination.Bucket, destination.Key);
            return await store.CopyAsync(folder.Pending(schedule.Key), target, CancellationToken.None) == CopyOutcome.Copied;
        }
        catch (StoreException e)
        {
            Hold(schedule);
            logger.DeliveryFailed(schedule.Key, e.Code, e.Message);
            return false;
        }
    }

    private async Task DeleteAsync(IReadOnlyCollection<PendingSchedule> copied)
    {
        if (copied.Count == 0) return;
        var failed = await TryDeleteAsync(copied);
        foreach (var schedule in copied)
        {
            if (failed.TryGetValue(schedule.Listed.Key, out var code))
            {
                Hold(schedule);
                logger.DeleteFailed(schedule.Key, code);
            }
            else
            {
                Delivered++;
            }
        }
    }

    // Without an answer, any of them may be left.
    private async Task<IReadOnlyDictionary<string, string>> TryDeleteAsync(IReadOnlyCollection<PendingSchedule> copied)
    {
        try
        {
            var targets = copied.Select(s => new DeleteTarget(s.Listed.Key, s.Listed.ETag)).ToList();
            return (await store.DeleteAsync(folder.Bucket, targets, CancellationToken.None)).Failed;
        }
        catch (StoreException e)
        {
            return copied.ToDictionary(s => s.Listed.Key, _ => e.Code);
        }
    }

    private void Hold(PendingSchedule schedule)
    {
        _held[schedule.Key.Destination] = true;
        Interlocked.Increment(ref _failed);
    }
}
