namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Logs one line a minute that says how deliveries go, also while nothing is due or the store is down. Alarms read it.
/// </summary>
public sealed class SweepSummary(Backlog backlog, TimeProvider time, ILogger<SweepSummary> logger)
{
    // A trigger that comes every minute may come a little early.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(50);

    private readonly Lock _lock = new();
    private long _began = time.GetTimestamp();
    private int _looks;
    private int _delivered;
    private int _failed;
    private TimeSpan _mostLate;

    /// <summary>The folder was looked at.</summary>
    public void Looked() { lock (_lock) _looks++; }

    /// <param name="lateness">From the due time until the store acknowledged the copy.</param>
    public void Copied(TimeSpan lateness)
    {
        lock (_lock) if (lateness > _mostLate) _mostLate = lateness;
    }

    public void Ended(DeliveryOutcome outcome)
    {
        lock (_lock)
        {
            if (outcome == DeliveryOutcome.Delivered) _delivered++;
            else if (outcome is DeliveryOutcome.Failed or DeliveryOutcome.Marked) _failed++;
        }
    }

    /// <summary>Call it at the end of each sweep, and again and again during one.</summary>
    public void WriteIfDue()
    {
        lock (_lock) if (time.GetElapsedTime(_began) >= Pause) Write();
    }

    /// <summary>The process stops: what it has done since the last line must not get lost.</summary>
    public void WriteRest()
    {
        lock (_lock) if (_delivered + _failed > 0) Write();
    }

    private void Write()
    {
        var (age, pending) = backlog.Read() ?? default;
        logger.Summary(
            Seconds(time.GetElapsedTime(_began)), _looks, _delivered, Seconds(_mostLate), _failed, pending,
            Seconds(age));
        (_began, _looks, _delivered, _failed, _mostLate) = (time.GetTimestamp(), 0, 0, 0, TimeSpan.Zero);
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
