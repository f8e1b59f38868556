using S3Scheduler.Api.Delivery.Pipeline;

namespace S3Scheduler.Api.Delivery;

/// <summary>
/// Says when to sweep next: at the earliest known due time, or one sweep interval after the last sweep if that comes
/// first, but at least a second after it.
/// </summary>
public sealed class SweepAlarm(
    IObjectStore store, ScheduleFolder folder, LateArrivals late, SchedulerOptions options, TimeProvider time)
{
    /// <summary>How long before a due time the store's clock is asked for.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(3);

    // Timers take whole milliseconds.
    private static readonly TimeSpan Soon = Lead + TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan MinimumPause = TimeSpan.FromSeconds(1);

    /// <summary>So many looks in a row for uploads that never came cost no more than a second between them.</summary>
    private const int MostInVain = 3;

    private readonly Lock _lock = new();
    private readonly SortedSet<DateTimeOffset> _expected = [];
    private DateTimeOffset? _next;
    private bool _looksForUpload;
    private int _inVain;
    private DateTimeOffset _notBefore;
    private TaskCompletionSource _sooner = new();

    /// <summary>How many due times of uploads are kept: two for each second of the next hour or so, at most.</summary>
    internal int ExpectedTimes
    {
        get { lock (_lock) return _expected.Count; }
    }

    /// <summary>Wakes for what a sweep has found.</summary>
    /// <param name="known">What <see cref="Take"/> returned before that sweep.</param>
    public void Set(SweepResult result, DateTimeOffset? known)
    {
        Learn(result.Outcome);
        Set(result.NextDueAt);
        Set(result.RetryAt);
        // Another sweep of this process may have listed the folder before the schedule of this wake-up was posted.
        if (result is { Outcome: SweepOutcome.Busy, RetryAt: null }) Set(known);
    }

    /// <summary>Wakes at that time, unless an earlier one is set; null: does nothing.</summary>
    public void Set(DateTimeOffset? dueAt)
    {
        lock (_lock)
        {
            if (dueAt is null || _next <= dueAt) return;
            _next = dueAt;
            _sooner.TrySetResult();
        }
    }

    /// <summary>Wakes for a schedule that this process has stored, or tried to store without an answer.</summary>
    public void Stored(DateTimeOffset dueAt)
    {
        late.Add(dueAt);
        Set(dueAt);
    }

    /// <summary>Wakes for an upload that may not have ended yet. Sweeps before its due time keep the wake-up.</summary>
    /// <param name="from">When the upload URL expires. A sweep after that sees the schedule.</param>
    public void Expect(DateTimeOffset dueAt, DateTimeOffset from)
    {
        lock (_lock)
        {
            if (dueAt - from > options.SweepInterval) return; // a regular sweep sees it in between
            _expected.Add(dueAt);
            // Sweeps begin at least a second apart. So of the times within one second, those between the first and the
            // last make none begin earlier, and whoever prepares uploads without end fills no memory.
            var second = ServerTime.WholeSeconds(dueAt);
            var same = _expected.GetViewBetween(second, second + MinimumPause - TimeSpan.FromTicks(1));
            if (same.Count > 2) _expected.Remove(same.ElementAt(1));
            _sooner.TrySetResult();
        }
    }

    /// <summary>Takes the pending wake-up, right before a sweep. If the sweep fails, put it back with Set.</summary>
    public DateTimeOffset? Take()
    {
        lock (_lock)
        {
            _looksForUpload = TakeExpected();
            var known = _next;
            _next = null;
            return known;
        }
    }

    /// <summary>
    /// Returns when it is time to sweep. Before a known due time, a few requests find out the store's time exactly.
    /// </summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        DateTimeOffset? sharpenedFor = null;
        await Task.Delay(MinimumPause, time, cancellation);
        while (true)
        {
            var (pause, dueAt, sooner) = NextPause(time.GetElapsedTime(started));
            if (pause <= TimeSpan.Zero) return;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(WaitAsync(pause, dueAt != sharpenedFor ? dueAt : null, stop.Token), sooner);
            await Task.Yield(); // whoever sets the alarm, under its lock, goes on first
            if (pause <= Soon) sharpenedFor = dueAt;
            stop.Cancel();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    // Until the pause ends or, if there is a due time, until it is soon, and then until the store's time is known. A
    // store that does not answer delays nothing.
    private Task WaitAsync(TimeSpan pause, DateTimeOffset? dueAt, CancellationToken stop)
    {
        if (dueAt is not { } needed) return Task.Delay(pause, time, stop);
        if (pause > Soon) return Task.Delay(pause - Lead, time, stop);
        return Task.WhenAny(
            store.SharpenClockAsync(folder.Marker, needed, time, stop), Task.Delay(pause, time, stop));
    }

    // DueAt: the known time that the pause ends at; null: it is one sweep interval long.
    private (TimeSpan Pause, DateTimeOffset? DueAt, Task Sooner) NextPause(TimeSpan elapsed)
    {
        lock (_lock)
        {
            if (_sooner.Task.IsCompleted) _sooner = new();
            var pause = options.SweepInterval - elapsed;
            var upload = _expected.Min > _notBefore ? _expected.Min : _notBefore;
            var next = _expected.Count > 0 && !(_next <= upload) ? upload : _next;
            // A sweep right before a due time would delay the one that is needed then.
            var most = pause + Lead + MinimumPause;
            if (next is not { } dueAt || store.Clock.PauseUntil(dueAt) is var left && left >= most)
                return (pause, null, _sooner.Task);
            return (left, dueAt, _sooner.Task);
        }
    }

    // Whoever prepares uploads and sends none would cause a look a second. After some looks in vain the pauses between
    // them grow, up to one sweep interval: then an upload that does come can be as late as one without a wake-up.
    private void Learn(SweepOutcome outcome)
    {
        lock (_lock)
        {
            if (outcome == SweepOutcome.Swept) (_inVain, _notBefore) = (0, default);
            if (!_looksForUpload || outcome != SweepOutcome.Idle || ++_inVain <= MostInVain) return;
            var pause = MinimumPause * Math.Pow(2, Math.Min(_inVain - MostInVain, 20));
            _notBefore = store.Clock.Earliest + (pause < options.SweepInterval ? pause : options.SweepInterval);
        }
    }

    // Turns each expected time that has been reached into an ordinary wake-up.
    private bool TakeExpected()
    {
        var now = store.Clock.Earliest;
        var any = false;
        while (_expected.Count > 0 && _expected.Min is var dueAt && dueAt <= now)
        {
            _expected.Remove(dueAt);
            if (!(_next <= dueAt)) _next = dueAt;
            any = true;
        }

        return any;
    }
}
