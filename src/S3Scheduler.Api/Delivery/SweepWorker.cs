using S3Scheduler.Api.Delivery.Pipeline;

namespace S3Scheduler.Api.Delivery;

/// <summary>Sweeps for as long as the process runs.</summary>
public sealed class SweepWorker(
    SweepLoop loop, SweepHealth health, SweepSummary summary, ILogger<SweepWorker> logger) : BackgroundService
{
    private bool _isDown;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Returns when it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        health.WorkerStarts();
        try
        {
            await loop.RunAsync(() => SweepOnceAsync(stop), stop);
        }
        finally
        {
            summary.WriteRest();
        }
    }

    private async Task SweepOnceAsync(CancellationToken cancellation)
    {
        try
        {
            var result = await loop.SweepAsync(TimeSpan.MaxValue, cancellation);
            // A lease that is left from before keeps it out, and nothing is delivered yet.
            if (result.Outcome == SweepOutcome.Busy) return;
            if (_isDown) logger.StoreIsBack();
            _isDown = false;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // One line for a whole outage. An unexpected fault is logged in full, and must not stop later deliveries.
            if (!_isDown && fault is StoreException { Code: var code }) logger.SweepFailed(code, fault.Message);
            else if (!_isDown) logger.SweepBroke(fault);
            _isDown = true;
            loop.TryAgainSoon();
        }
    }
}
