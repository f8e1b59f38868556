using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Sweeps whenever something is due, as long as the process runs.</summary>
public sealed class SweepWorker(Sweep sweep, SweepAlarm alarm, ILogger<SweepWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var known = alarm.Reset();
            if (await SweepOnceAsync(known, stoppingToken) is { } dueAt) alarm.Set(dueAt);
            await alarm.WaitAsync(stoppingToken);
        }
    }

    // The next due time known: what was known before, where this sweep could not see for itself.
    private async Task<DateTimeOffset?> SweepOnceAsync(DateTimeOffset? known, CancellationToken cancellation)
    {
        try
        {
            var result = await sweep.RunAsync(cancellation);
            return result.Outcome == SweepOutcome.Busy ? known : result.NextDueAt;
        }
        catch (StoreException e)
        {
            logger.SweepFailed(e.Code, e.Message);
            return known;
        }
    }
}
