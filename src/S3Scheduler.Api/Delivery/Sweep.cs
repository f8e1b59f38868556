using S3Scheduler.Api.Delivery.Leases;
using S3Scheduler.Api.Delivery.Listing;
using S3Scheduler.Api.Delivery.Pipeline;

namespace S3Scheduler.Api.Delivery;

/// <summary>
/// Delivers what is due, page by page in due order, until a key that is not due. A process runs one sweep at a time;
/// the lease allows one at a time in a folder.
/// </summary>
public sealed class Sweep(
    IObjectStore store, ScheduleFolder folder, StoreProbe probe, SweepLeases leases, Deliverer deliverer,
    DestinationBackoff backoff, PythonSchedules python, SchedulerOptions options, TimeProvider time,
    ILogger<Sweep> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <inheritdoc cref="RunAsync(TimeSpan, CancellationToken)"/>
    public Task<SweepResult> RunAsync(CancellationToken cancellation) => RunAsync(TimeSpan.MaxValue, cancellation);

    /// <summary>A sweep that is cancelled or out of time ends soon, and returns what it has delivered.</summary>
    /// <param name="budget">How long it may take new work, if that is less than the configured budget.</param>
    /// <exception cref="StoreException">The store can't be listed. Earlier deliveries stay delivered.</exception>
    public async Task<SweepResult> RunAsync(TimeSpan budget, CancellationToken cancellation)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero, CancellationToken.None)) return new SweepResult(SweepOutcome.Busy);
        try
        {
            if (options.SweepBudget < budget) budget = options.SweepBudget.Value;
            using var stop = new SweepStop(time, budget, cancellation);
            return await RunAloneAsync(stop);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<SweepResult> RunAloneAsync(SweepStop stop)
    {
        await probe.EnsureAsync(stop.Asked);
        var (first, page) = await LookAsync(stop.Asked);
        if (page.Due.Count == 0) return new SweepResult(SweepOutcome.Idle, NextDueAt: page.NextDueAt);

        // From here on a stop does not cancel requests: a lease may exist before its response, and must be closed.
        var attempt = await leases.TryTakeAsync(first, stop.Deletes);
        return attempt is { Lease: { } lease, Page: { } work }
            ? await DeliverAsync(work, lease, stop)
            : new SweepResult(SweepOutcome.Busy, NextDueAt: page.NextDueAt, RetryAt: attempt.RetryAt);
    }

    private async Task<(SweepPage First, SweepPage Pending)> LookAsync(CancellationToken cancellation)
    {
        var look = await LookOnceAsync(cancellation);
        // After the machine slept, only the response shows the real time. If something is due by then, list again.
        return look.Pending.Due.Count == 0 && look.Pending.NextDueAt <= store.Clock.Earliest
            ? await LookOnceAsync(cancellation)
            : look;
    }

    // The first page of the folder, and the page with the first pending schedule.
    private async Task<(SweepPage First, SweepPage Pending)> LookOnceAsync(CancellationToken cancellation)
    {
        var first = await SweepPage.ReadAsync(store, folder, folder.BeforeLeases, cancellation);
        var page = first;
        while (page is { Due.Count: 0, After: { } after })
            page = await SweepPage.ReadAsync(store, folder, after, cancellation);
        if (page.Due.Count == 0) page = (await python.ReadAsync(page.Now, cancellation)).AddTo(page);
        return (first, page);
    }

    private async Task<SweepResult> DeliverAsync(SweepPage page, SweepLease lease, SweepStop stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Asked);
        var keeping = lease.KeepAsync(over.Token, stop.Deletes);
        var pipeline = new DeliveryPipeline(store, folder, deliverer, lease, options.Concurrency, logger);
        var isComplete = false;
        try
        {
            var backlog = await python.ReadAsync(page.Now, stop.Deletes);
            page = backlog.AddTo(page);
            while (await pipeline.DeliverAsync(page, stop))
            {
                isComplete = page.After is null;
                if (isComplete) break;
                page = backlog.AddTo(await SweepPage.ReadAsync(store, folder, page.After!, stop.Deletes));
            }
        }
        finally
        {
            over.Cancel();
            await keeping;
            await lease.CloseAsync(pipeline.Unresolved, isComplete, stop.Deletes);
        }

        logger.Swept(pipeline.Delivered, pipeline.Failed);
        return new SweepResult(
            SweepOutcome.Swept, pipeline.Delivered, pipeline.Failed, page.NextDueAt,
            isComplete ? RetryAt(pipeline) : store.Clock.Earliest, Remaining: !isComplete);
    }

    private DateTimeOffset? RetryAt(DeliveryPipeline pipeline) =>
        backoff.NextTry(pipeline.HeldBuckets) is { } pause ? store.Clock.Earliest + pause : null;
}
