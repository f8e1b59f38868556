using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Sweeps whenever something is due, as long as the process runs.</summary>
public sealed class SweepWorker(Sweep sweep, SweepAlarm alarm, ILogger<SweepWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            alarm.Reset();
            await SweepOnceAsync(stoppingToken);
            await alarm.WaitAsync(stoppingToken);
        }
    }

    private async Task SweepOnceAsync(CancellationToken cancellation)
    {
        try
        {
            var result = await sweep.RunAsync(cancellation);
            if (result.NextDueAt is { } dueAt) alarm.Set(dueAt);
        }
        catch (StoreException e)
        {
            logger.SweepFailed(e.Code, e.Message);
        }
    }
}
