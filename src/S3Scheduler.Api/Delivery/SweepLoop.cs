namespace S3Scheduler.Api.Delivery;

/// <summary>Sweeps whenever something is due: for as long as the process runs, or for a while on request.</summary>
public sealed class SweepLoop(Sweep sweep, SweepAlarm alarm, IObjectStore store, TimeProvider time)
{
    private const int LongestPause = 5; // seconds

    private int _failures; // sweeps since the last one that did not fail

    /// <param name="left">The caller has left: the present sweep ends by itself, and no other begins.</param>
    /// <param name="cancellation">Ends the present sweep soon.</param>
    /// <returns>All sweeps as one.</returns>
    /// <exception cref="StoreException">The store can't be listed. Earlier deliveries stay delivered.</exception>
    public async Task<SweepResult> RunAsync(
        TimeSpan duration, CancellationToken left, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var over = new CancellationTokenSource(duration, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, left, over.Token);
        var total = new SweepResult(SweepOutcome.Idle);
        try
        {
            await RunAsync(
                async () => total = total.Then(await SweepAsync(duration - time.GetElapsedTime(started), cancellation)),
                stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The time is over, or the caller has left.
        }

        return total;
    }

    /// <summary>Sweeps once for a caller. The worker goes on with what is left: it could not sweep meanwhile.</summary>
    public async Task<SweepResult> SweepOnRequestAsync(CancellationToken cancellation)
    {
        var result = await sweep.RunAsync(cancellation);
        alarm.Set(result.NextDueAt);
        alarm.Set(result.RetryAt);
        return result;
    }

    /// <summary>Wakes the worker again after a sweep that failed.</summary>
    public void TryAgainSoon() => alarm.Set(AfterOutagePause());

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
            var result = await sweep.KeepRunningAsync(budget, cancellation);
            alarm.Set(result, known);
            _failures = 0;
            return result;
        }
        catch
        {
            _failures++;
            // A sweep on request that fails must not wake the worker. What the alarm knew is still true.
            if (known is { } dueAt) alarm.Set(dueAt > store.Clock.Earliest ? dueAt : AfterOutagePause());
            throw;
        }
    }

    // After 1, 2, 4, 5, 5 … seconds: most outages are short.
    private DateTimeOffset AfterOutagePause() =>
        store.Clock.Earliest + TimeSpan.FromSeconds(Math.Min(1 << Math.Min(_failures - 1, 8), LongestPause));
}
