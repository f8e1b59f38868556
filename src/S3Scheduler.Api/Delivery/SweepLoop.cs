namespace S3Scheduler.Api.Delivery;

/// <summary>Sweeps whenever something is due: for as long as the process runs, or for a while on request.</summary>
public sealed class SweepLoop(Sweep sweep, SweepAlarm alarm, IObjectStore store, TimeProvider time)
{
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(5);

    /// <returns>All sweeps as one.</returns>
    /// <exception cref="StoreException">The store can't be listed. Earlier deliveries stay delivered.</exception>
    public async Task<SweepResult> RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var over = new CancellationTokenSource(duration, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, over.Token);
        var total = new SweepResult(SweepOutcome.Idle);
        try
        {
            await RunAsync(
                async () => total = total.Then(await SweepAsync(duration - time.GetElapsedTime(started), cancellation)),
                stop.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // The time is over.
        }

        return total;
    }

    /// <summary>Repeats a sweep until it is cancelled.</summary>
    public async Task RunAsync(Func<Task> sweepOnce, CancellationToken cancellation)
    {
        while (true)
        {
            await sweepOnce();
            await alarm.WaitAsync(cancellation);
        }
    }

    /// <summary>Sweeps once, and tells the alarm when the next sweep is needed, also when this one fails.</summary>
    /// <param name="budget">How long the sweep may take new work.</param>
    public async Task<SweepResult> SweepAsync(TimeSpan budget, CancellationToken cancellation)
    {
        var known = alarm.Take();
        try
        {
            var result = await sweep.RunAsync(budget, cancellation);
            alarm.Set(result, known);
            return result;
        }
        catch
        {
            var now = store.Clock.Earliest;
            alarm.Set(now + OutagePause);
            if (known > now) alarm.Set(known);
            throw;
        }
    }
}
