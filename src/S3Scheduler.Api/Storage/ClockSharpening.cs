namespace S3Scheduler.Api.Storage;

/// <summary>Finds the tick of the server's clock: a response shows whole seconds only.</summary>
public static class ClockSharpening
{
    private const int MostRequests = 6;

    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(100);

    /// <summary>Less than what is promised, because the bounds drift and round trips differ.</summary>
    private static readonly TimeSpan Aim = TimeSpan.FromMilliseconds(85);

    /// <summary>Room for two ticks before the time that is needed. One alone takes too many requests.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(2.5);

    /// <summary>If the bounds are further apart, any response says as much as one near a tick.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(1.25);

    /// <summary>A tick is of use if there is this much time left after it.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.3);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Waits until about 2.5 seconds before <paramref name="needed"/>, and brings the server's Earliest to within
    /// 100 ms of its true time, plus the time that a response is on its way. Takes no request if the bounds are that
    /// close already, at most six otherwise. Returns before the server's clock reaches <paramref name="needed"/>, and
    /// at once if it may have.
    /// </summary>
    /// <returns>
    /// Whether the bounds are that close. False if there was too little time, the store failed, or the clock is in
    /// doubt: then the bounds still hold, and Earliest is behind by a second or so.
    /// </returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<bool> SharpenClockAsync(
        this IObjectStore store, ObjectAddress probe, DateTimeOffset needed, TimeProvider time,
        CancellationToken cancellation)
    {
        var clock = store.Clock;
        var (requests, roundTrip) = (0, TimeSpan.MaxValue);
        while (!clock.IsInDoubt)
        {
            var (earliest, latest) = (clock.Earliest, clock.Latest);
            var trip = requests == 0 ? TimeSpan.Zero : roundTrip;
            var pause = needed - latest - Lead;
            if (pause <= Millisecond)
            {
                if (latest - earliest <= Precision + trip) return true;
                if (requests == MostRequests || needed - latest < trip) return false;
                pause = PauseUntilBestRequest(earliest + trip, latest, needed - trip, MostRequests - requests);
                if (needed - latest < pause + trip) return false;
            }

            if (pause > Millisecond)
            {
                await Task.Delay(pause < Second ? pause : Second, time, cancellation);
                continue; // Other responses may have told the time meanwhile.
            }

            var sent = clock.Read();
            if (!await TryAskAsync(store, probe, cancellation)) return false;
            var took = clock.Elapsed(sent);
            if (took < roundTrip) roundTrip = took;
            requests++;
        }

        return false;
    }

    // The next tick comes when Latest reaches it at the soonest, and when Earliest does at the latest. The requests for
    // one tick are placed evenly within this, one after the other until one shows the tick: that halves, thirds or
    // quarters what is unknown. They are as few as suffice with those for the ticks after it.
    private static TimeSpan PauseUntilBestRequest(
        DateTimeOffset earliest, DateTimeOffset latest, DateTimeOffset end, int requestsLeft)
    {
        var unknown = latest - earliest;
        if (unknown > Unknown) return TimeSpan.Zero;
        var tick = ServerTime.WholeSeconds(earliest) + Second;
        var ticksLeft = Math.Max(1, Math.Floor((end - Rest - tick) / Second) + 1);
        var requests = 1;
        while (requests < requestsLeft && Math.Pow(requests + 1, ticksLeft) < unknown / Aim) requests++;
        return tick - latest + unknown / (requests + 1);
    }

    private static async Task<bool> TryAskAsync(
        IObjectStore store, ObjectAddress probe, CancellationToken cancellation)
    {
        try
        {
            await store.HeadAsync(probe, cancellation);
            return true;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return false; // whatever it is, delivering goes on without a sharp clock
        }
    }
}
