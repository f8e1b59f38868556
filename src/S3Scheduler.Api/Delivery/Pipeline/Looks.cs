using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Finds what is due while a sweep goes on. Full looks read from the head of the folder: at the start and from time to
/// time, for what was stored late and what was passed over. Forward looks begin where the last look ended, or at what
/// this process has stored late since, so they cost what is new. One LIST at a time is under way, and only what was due
/// when it was sent is taken: so of two schedules for one destination the later is never shown without the earlier.
/// </summary>
internal sealed class Looks(
    IObjectStore store, ScheduleFolder folder, PythonSchedules python, SettledSchedules settled, LateArrivals late,
    Lanes lanes, TimeProvider time)
{
    /// <summary>The number of each look that begins where the last one ended.</summary>
    public const int Forward = 0;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1); // other processes may have posted meanwhile
    private static readonly TimeSpan BetweenFullLooks = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MostBetweenFullLooks = TimeSpan.FromMinutes(2);

    // For so long a look that fails is tried again. A sweep that ended would give up its copies, or wait for them.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private Look? _forward;
    private Look? _full;
    private DateTimeOffset? _seenTo; // all that was stored in time and due by then was shown
    private int _number;
    private long _forwardAt;
    private long _fullBegan;
    private long _fullEnded;
    private long _succeeded = time.GetTimestamp();
    private bool _isForwardsTurn;

    /// <summary>When the first schedule that is not due yet will be due; null: none is known.</summary>
    public DateTimeOffset? NextDueAt { get; private set; }

    /// <summary>
    /// Everything that was due by then was shown; null: not everything that was due at the start. It moves back when
    /// the store's clock does.
    /// </summary>
    public DateTimeOffset? ShownTo { get; private set; }

    /// <inheritdoc cref="ShownTo"/>
    public bool HasShownAll => ShownTo is not null;

    /// <summary>Whether a look has begun and not ended.</summary>
    public bool IsUnderWay => _full is not null || _forward is not null;

    /// <summary>Whether a look is under way that shows again what was passed over.</summary>
    public bool ShowsAgain => _full is not null && lanes.HavePassedOver;

    /// <param name="first">The page that verified the lease.</param>
    public async Task BeginAsync(SweepPage first, CancellationToken cancellation)
    {
        await BeginFullAsync(isFill: false, first.Now, cancellation);
        Take(_full!, first);
    }

    /// <summary>Makes one request, if it is time for one. Waits a second after a fault of the store.</summary>
    /// <param name="isNeeded">False: once what was due at the start was shown, the sweep can do without.</param>
    /// <returns>False: the store failed, and it is to be tried again.</returns>
    /// <exception cref="StoreException">It has failed for too long, or will go on to fail.</exception>
    public async Task<bool> TryStepAsync(bool isNeeded, CancellationToken cancellation)
    {
        try
        {
            await StepAsync(cancellation);
            _succeeded = time.GetTimestamp();
            return true;
        }
        catch (StoreException fault) when (fault.IsTransient
            && (isNeeded ? time.GetElapsedTime(_succeeded) < Patience : HasShownAll))
        {
            await Task.Delay(AfterFault, time, cancellation);
            return false;
        }
    }

    /// <summary>How long until the next request.</summary>
    public TimeSpan Pause()
    {
        if (_full is not null) return TimeSpan.Zero;
        var (forward, full) = (ForwardPause(), FullPause());
        return forward < full ? forward : full;
    }

    private async Task StepAsync(CancellationToken cancellation)
    {
        if (ForwardPause() <= TimeSpan.Zero && (_isForwardsTurn || _full is null))
        {
            _isForwardsTurn = false;
            await LookForwardAsync(cancellation);
        }
        else if (_full is { } full)
        {
            _isForwardsTurn = true;
            Take(full, await ReadAsync(full, cancellation));
        }
        else if (FullPause() <= TimeSpan.Zero)
        {
            await BeginFullAsync(lanes.WantsLook, store.Clock.Earliest, cancellation);
            Take(_full!, await ReadAsync(_full!, cancellation));
        }
    }

    private TimeSpan ForwardPause()
    {
        if (_seenTo is null) return TimeSpan.MaxValue;
        if (_forward is not null) return TimeSpan.Zero;
        var since = time.GetElapsedTime(_forwardAt);
        var pause = Longest - since;
        if (NextDueAt is { } next && store.Clock.PauseUntil(next) is var left && left < pause) pause = left;
        var least = Shortest - since;
        return pause > least ? pause : least;
    }

    private TimeSpan FullPause()
    {
        if (lanes.WantsLook) return TimeSpan.Zero;
        // A look at a big backlog takes long, and must not be most of the work.
        var pause = time.GetElapsedTime(_fullBegan, _fullEnded) * 10;
        if (pause < BetweenFullLooks) pause = BetweenFullLooks;
        if (pause > MostBetweenFullLooks) pause = MostBetweenFullLooks;
        return pause - time.GetElapsedTime(_fullEnded);
    }

    private async Task BeginFullAsync(bool isFill, DateTimeOffset now, CancellationToken cancellation)
    {
        _fullBegan = time.GetTimestamp();
        lanes.LookIsSent();
        var passedOverFrom = lanes.LookBegins(++_number);
        // To fill up what was passed over, it is enough to begin there, or where the clock was when it was set back.
        var from = passedOverFrom < ShownTo ? passedOverFrom : ShownTo;
        var after = isFill && from is { } dueAt ? folder.BeforeDue(dueAt) : folder.Prefix + ScheduleFolder.BeforeKeys;
        _full = new Look(_number, after, await python.ReadAsync(now, cancellation), isFill)
        {
            Limit = SweepPage.Size,
        };
    }

    private async Task LookForwardAsync(CancellationToken cancellation)
    {
        if (_forward is null)
        {
            var now = store.Clock.Earliest;
            _forwardAt = time.GetTimestamp();
            lanes.LookIsSent();
            var backlog = await python.ReadAsync(now, cancellation);
            var lateFrom = late.Take();
            // After the store's clock was set back, what is posted now is due before what was seen then.
            var from = new[] { now, _seenTo!.Value, lateFrom ?? now }.Min();
            _forward = new Look(Forward, folder.BeforeDue(from), backlog, IsFill: false)
            {
                Limit = SweepPage.Small,
                LateFrom = lateFrom,
            };
        }

        Take(_forward, await ReadAsync(_forward, cancellation));
    }

    private async Task<SweepPage> ReadAsync(Look look, CancellationToken cancellation)
    {
        // What the Python library has stored was listed before, at the beginning of the look.
        if (look.Backlog == PythonBacklog.None) lanes.LookIsSent();
        return await SweepPage.ReadAsync(store, folder, look.After, look.Limit, cancellation);
    }

    private void Take(Look look, SweepPage page)
    {
        page = look.Backlog.AddTo(page);
        lanes.Offer(page.Due.Where(s => settled.Find(s)?.Outcome is not DeliveryOutcome.Marked), look.Number);
        look.Limit = Math.Min(look.Limit * 4, SweepPage.Size);
        if (page.After is not null && (!look.IsFill || lanes.IsFilledBy(look.Number)))
        {
            look.After = page.After;
            return;
        }

        End(look, page);
    }

    private void End(Look look, SweepPage page)
    {
        if (look.Number == Forward) _forward = null;
        else (_full, _fullEnded) = (null, time.GetTimestamp());
        if (page.After is not null) return; // everything is full again

        var seenTo = page.Now < look.Backlog.DueBy ? page.Now : look.Backlog.DueBy;
        if (look.Number == Forward)
        {
            _seenTo = seenTo;
        }
        else
        {
            lanes.LookEnds(look.Number);
            if (!HasShownAll) _forwardAt = _fullEnded;
            if (!(ShownTo < seenTo)) ShownTo = seenTo;
            // A forward look may have passed over what this look did not show any more: look from here again.
            if (!(_seenTo < seenTo)) _seenTo = seenTo;
            if (_forward is { LateFrom: { } from }) late.LookFrom(from);
            _forward = null;
        }

        NextDueAt = page.NextDueAt;
    }

    /// <param name="IsFill">It only fills up what was passed over, and ends when everything is full again.</param>
    private sealed record Look(int Number, string After, PythonBacklog Backlog, bool IsFill)
    {
        public string After { get; set; } = After;

        public int Limit { get; set; }

        /// <summary>From <see cref="LateArrivals"/>.</summary>
        public DateTimeOffset? LateFrom { get; init; }
    }
}
