using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// One pass that delivers what is due: page by page in due order, until a key that is not due yet. One at a time in a
/// process.
/// </summary>
public sealed class Sweep(
    IObjectStore store, ScheduleFolder folder, StoreProbe probe, SchedulerOptions options, ILogger<Sweep> logger) : IDisposable
{
    private const int PageSize = 1000;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <exception cref="StoreException">The store can't be listed. What was copied until then was deleted.</exception>
    public async Task<SweepResult> RunAsync(CancellationToken cancellation)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero, CancellationToken.None)) return new SweepResult(SweepOutcome.Busy);
        try
        {
            await probe.EnsureAsync(cancellation);
            var result = await DeliverDueAsync(cancellation);
            if (result.Outcome == SweepOutcome.Swept) logger.Swept(result.Delivered, result.Failed);
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<SweepResult> DeliverDueAsync(CancellationToken cancellation)
    {
        var deliveries = new Deliveries(store, folder, options.Concurrency, logger);
        var outcome = SweepOutcome.Idle;
        for (var after = folder.BeforePending; ;)
        {
            // As it was when the LIST was sent: what is posted from then on is keyed later than that.
            var now = store.Clock.Earliest;
            var page = await store.ListAsync(folder.Bucket, folder.Prefix, after, PageSize, cancellation);
            var pending = folder.Read(page);
            var due = pending.TakeWhile(s => s.Key.DueAt <= now).ToList();
            // Only the answer told how late it is (the machine slept): look again.
            if (due.Count == 0 && pending.Count > 0 && pending[0].Key.DueAt <= store.Clock.Earliest) continue;

            if (due.Count > 0) outcome = SweepOutcome.Swept;
            await deliveries.DeliverAsync(due, cancellation);

            if (due.Count < pending.Count || !folder.HasMorePending(page))
            {
                var nextDueAt = pending.Skip(due.Count).FirstOrDefault()?.Key.DueAt;
                return new SweepResult(outcome, deliveries.Delivered, deliveries.Failed, nextDueAt);
            }

            after = page.Objects[^1].Key;
        }
    }
}
