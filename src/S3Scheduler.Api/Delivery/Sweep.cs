using S3Scheduler.Api.Delivery.Leases;
using S3Scheduler.Api.Delivery.Listing;
using S3Scheduler.Api.Delivery.Pipeline;
using S3Scheduler.Api.Delivery.Receipts;

namespace S3Scheduler.Api.Delivery;

/// <summary>
/// Delivers what is due. A process runs one sweep at a time; the lease allows one at a time in a folder.
/// </summary>
public sealed class Sweep(
    IObjectStore store, ScheduleFolder folder, StoreProbe probe, SweepLeases leases, Deliverer deliverer,
    BatchDelete delete, OldReceipts oldReceipts, DestinationBackoff backoff, SettledSchedules settled,
    PythonSchedules python, LateArrivals late, SweepHealth health, Backlog backlog, SchedulerMetrics metrics,
    SchedulerTraces traces, SweepSummary summary, SchedulerOptions options, TimeProvider time, ILogger<Sweep> logger)
    : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _clockSteps;
    private int _notLeases;

    /// <summary>Delivers what is due now. Cancelled or out of time, it ends soon and says what it delivered.</summary>
    /// <exception cref="StoreException">The store can't be listed. Earlier deliveries stay delivered.</exception>
    public Task<SweepResult> RunAsync(CancellationToken cancellation) =>
        RunAsync(TimeSpan.MaxValue, isContinuous: false, cancellation);

    /// <summary>Delivers what is due, and what falls due meanwhile, until nothing will be due soon.</summary>
    /// <param name="budget">How long it may take new work, if that is less than the configured budget.</param>
    /// <inheritdoc cref="RunAsync(CancellationToken)"/>
    public Task<SweepResult> KeepRunningAsync(TimeSpan budget, CancellationToken cancellation) =>
        RunAsync(budget, isContinuous: true, cancellation);

    public void Dispose() => _one.Dispose();

    private async Task<SweepResult> RunAsync(TimeSpan budget, bool isContinuous, CancellationToken cancellation)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero, CancellationToken.None)) return new SweepResult(SweepOutcome.Busy);
        using var span = traces.StartSweep();
        try
        {
            if (options.SweepBudget < budget) budget = options.SweepBudget.Value;
            using var stop = new SweepStop(time, budget, cancellation);
            health.SweepAsks();
            var result = await RunAloneAsync(isContinuous, stop);
            span?.SetTag("outcome", result.Outcome.ToString().ToLowerInvariant())
                .SetTag("delivered", result.Delivered).SetTag("failed", result.Failed);
            return result;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            var code = (fault as StoreException)?.Code ?? "Unexpected";
            health.SweepFails(code);
            span?.Fail(code);
            throw;
        }
        finally
        {
            summary.WriteIfDue();
            _one.Release();
        }
    }

    private async Task<SweepResult> RunAloneAsync(bool isContinuous, SweepStop stop)
    {
        await probe.EnsureAsync(stop.Asked);
        if (store.Clock.IsInDoubt) await store.EnsureClockAsync(folder.Marker, stop.Asked);
        var (first, page) = await LookAsync(stop.Asked);
        health.Looked(page.Due.Count > 0 ? page.Due[0].Key.DueAt : null);
        backlog.Looked(page);
        summary.Looked();
        if (first.NotLeases > 0 && _notLeases == 0) logger.NotLeases(first.NotLeases, folder.LeasePrefix);
        _notLeases = first.NotLeases;
        if (store.Clock.Steps != _clockSteps) logger.ClockWasSet(_clockSteps = store.Clock.Steps);
        if (page.Due.Count == 0)
        {
            health.SweepMayDeliver();
            return new SweepResult(SweepOutcome.Idle, NextDueAt: page.NextDueAt);
        }

        // From here on a stop does not cancel requests: a lease may exist before its response, and must be closed.
        var attempt = await leases.TryTakeAsync(first, stop.Deletes);
        if (attempt.Lease is null) health.SweepIsBusy();
        else health.SweepMayDeliver();
        return attempt is { Lease: { } lease, Page: { } work }
            ? await DeliverAsync(work, lease, isContinuous, stop)
            : new SweepResult(SweepOutcome.Busy, NextDueAt: page.NextDueAt, RetryAt: attempt.RetryAt);
    }

    private async Task<(SweepPage First, SweepPage Pending)> LookAsync(CancellationToken cancellation)
    {
        var look = await LookOnceAsync(cancellation);
        if (look.Pending.Due.Count > 0) return look;
        // After the machine slept, only responses show the real time. If something is due by then, list again.
        var isInDoubt = store.Clock.IsInDoubt;
        if (isInDoubt) await store.EnsureClockAsync(folder.Marker, cancellation);
        return isInDoubt || look.Pending.NextDueAt <= store.Clock.Earliest ? await LookOnceAsync(cancellation) : look;
    }

    // The first page of the folder, and the page with the first pending schedule. Both are small, so that looking costs
    // the same at any backlog.
    private async Task<(SweepPage First, SweepPage Pending)> LookOnceAsync(CancellationToken cancellation)
    {
        var limit = SweepPage.Small;
        var first = NotMarked(await SweepPage.ReadFirstAsync(store, folder, limit, cancellation));
        var page = first;
        while (page is { Due.Count: 0, After: { } after })
        {
            limit = Math.Min(limit * 4, SweepPage.Size);
            page = NotMarked(await SweepPage.ReadAsync(store, folder, after, limit, cancellation));
        }

        if (page.Due.Count == 0) page = (await python.ReadAsync(page.Now, cancellation)).AddTo(page);
        return (first, page);
    }

    private SweepPage NotMarked(SweepPage page) =>
        page with { Due = [.. page.Due.Where(s => settled.Find(s)?.Outcome is not DeliveryOutcome.Marked)] };

    private async Task<SweepResult> DeliverAsync(
        SweepPage page, SweepLease lease, bool isContinuous, SweepStop stop)
    {
        var began = time.GetTimestamp();
        using var over = new CancellationTokenSource();
        var keeping = lease.KeepAsync(over.Token, stop.Deletes);
        var lanes = new Lanes(options.Concurrency, backoff, time);
        var looks = new Looks(store, folder, python, settled, late, lanes, time);
        var counts = new DeliveryCounts(metrics, summary);
        var pipeline = new DeliveryPipeline(
            store, folder, deliverer, delete, settled, backoff, lease, looks, lanes, health, counts, time, isContinuous,
            logger);
        backlog.SweepBegins(lanes, looks);
        using var delivered = new CancellationTokenSource();
        var cleaning = oldReceipts.RemoveAsync(delivered.Token);
        try
        {
            settled.SetMarks(await MarkedSchedules.ReadAsync(store, folder, stop.Deletes));
            await pipeline.RunAsync(page, stop);
            health.Looked(lanes.WaitingSince);
        }
        finally
        {
            if (!lease.IsHeld)
            {
                metrics.LeaseLost();
                health.SweepFails("LeaseLost");
            }

            delivered.Cancel();
            over.Cancel();
            await keeping;
            backlog.SweepEnds();
            if (!await lease.CloseAsync(pipeline.Unresolved, pipeline.ShownTo, stop.Deletes))
                health.SweepFails("LeaseNotClosed");
            metrics.SweepEnded(time.GetElapsedTime(began));
            await cleaning;
        }

        var retryAt = pipeline.Remains || lanes.HasReady ? TimeSpan.Zero : lanes.NextPauseEnd;
        return new SweepResult(
            SweepOutcome.Swept, counts.Delivered, counts.Failed, looks.NextDueAt,
            store.Clock.Earliest + retryAt, pipeline.Remains);
    }
}
