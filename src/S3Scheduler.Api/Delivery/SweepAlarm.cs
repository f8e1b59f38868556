using S3Scheduler.Api.Hosting;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Delivery;

/// <summary>
/// Tells the worker when to sweep next: at the earliest due time known, at the latest one sweep interval after the last
/// sweep, and never two within a second.
/// </summary>
public sealed class SweepAlarm(IObjectStore store, SchedulerOptions options, TimeProvider time)
{
    private static readonly TimeSpan MinimumPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SortedSet<DateTimeOffset> _expected = [];
    private DateTimeOffset? _next;
    private TaskCompletionSource _sooner = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes known what a sweep has seen.</summary>
    /// <param name="known">What <see cref="Reset"/> returned before it.</param>
    public void Set(SweepResult result, DateTimeOffset? known)
    {
        Set(result.NextDueAt);
        Set(result.RetryAt);
        // The sweep that was under way in this process may have begun before that was posted.
        if (result is { Outcome: SweepOutcome.Busy, RetryAt: null }) Set(known);
    }

    /// <summary>Makes known that something is due at that time; null: nothing is.</summary>
    public void Set(DateTimeOffset? dueAt)
    {
        lock (_lock)
        {
            if (dueAt is null || _next <= dueAt) return;
            _next = dueAt;
            _sooner.TrySetResult();
        }
    }

    /// <summary>
    /// Makes known that something may be due at that time which the sweeps before it may not see: it is not forgotten.
    /// </summary>
    /// <param name="from">From then on a sweep sees it.</param>
    public void Expect(DateTimeOffset dueAt, DateTimeOffset from)
    {
        lock (_lock)
        {
            if (dueAt - from > options.SweepInterval) return; // one in between sees it
            _expected.Add(dueAt);
            _sooner.TrySetResult();
        }
    }

    /// <summary>
    /// Forgets what is known, and returns it. To be called before a sweep: it sees all that was set until now, or fails,
    /// and then it has to be set again.
    /// </summary>
    public DateTimeOffset? Reset()
    {
        lock (_lock)
        {
            TakeExpected();
            var known = _next;
            _next = null;
            return known;
        }
    }

    /// <summary>Returns when it is time to sweep again.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        await Task.Delay(MinimumPause, time, cancellation);
        while (true)
        {
            var (pause, sooner) = NextPause(time.GetElapsedTime(started));
            if (pause <= TimeSpan.Zero) return;

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(Task.Delay(pause, time, stop.Token), sooner);
            await stop.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private (TimeSpan Pause, Task Sooner) NextPause(TimeSpan elapsed)
    {
        lock (_lock)
        {
            if (_sooner.Task.IsCompleted) _sooner = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var pause = options.SweepInterval - elapsed;
            var next = _expected.Count > 0 && !(_next <= _expected.Min) ? _expected.Min : _next;
            if (next is { } dueAt && store.Clock.PauseUntil(dueAt) is var untilDue && untilDue < pause) pause = untilDue;
            return (pause, _sooner.Task);
        }
    }

    // What is due by now is known like everything else.
    private void TakeExpected()
    {
        var now = store.Clock.Earliest;
        while (_expected.Count > 0 && _expected.Min is var dueAt && dueAt <= now)
        {
            _expected.Remove(dueAt);
            if (!(_next <= dueAt)) _next = dueAt;
        }
    }
}
