using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Delivery;

/// <summary>Sweeps whenever something is due, as long as the process runs.</summary>
public sealed class SweepWorker(Sweep sweep, SweepAlarm alarm, IObjectStore store, ILogger<SweepWorker> logger) : BackgroundService
{
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(5);

    private bool _isDown;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await SweepOnceAsync(alarm.Reset(), stoppingToken);
            await alarm.WaitAsync(stoppingToken);
        }
    }

    /// <param name="known">When something is due, as far as was known before.</param>
    private async Task SweepOnceAsync(DateTimeOffset? known, CancellationToken cancellation)
    {
        try
        {
            var result = await sweep.RunAsync(cancellation);
            alarm.Set(result, known);
            if (_isDown) logger.StoreIsBack();
            _isDown = false;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Said once for each change: an outage of an hour is one line, not hundreds. What nobody foresaw is no reason
            // to deliver nothing ever after, and is said with all that is known of it.
            if (!_isDown && fault is StoreException { Code: var code }) logger.SweepFailed(code, fault.Message);
            else if (!_isDown) logger.SweepBroke(fault);
            _isDown = true;
            alarm.Set(store.Clock.Earliest + OutagePause);
        }
    }
}
