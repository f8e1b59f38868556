using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Delivery;

/// <summary>Sweeps as things fall due, for a while: what the worker does, for a host that has none.</summary>
public sealed class LongSweep(Sweep sweep, SweepAlarm alarm, TimeProvider time)
{
    /// <returns>All sweeps as one.</returns>
    /// <exception cref="StoreException">The store can't be listed. What was delivered until then stays so.</exception>
    public async Task<SweepResult> RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var over = new CancellationTokenSource(duration, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, over.Token);
        var total = new SweepResult(SweepOutcome.Idle);
        while (true)
        {
            var known = alarm.Reset();
            var result = await sweep.RunAsync(duration - time.GetElapsedTime(started), cancellation);
            alarm.Set(result, known);
            total = total.Then(result);
            try
            {
                await alarm.WaitAsync(stop.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return total;
            }
        }
    }
}
