namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>Counts how the deliveries of one sweep end. Thread-safe.</summary>
internal sealed class DeliveryCounts(SchedulerMetrics metrics, SweepSummary summary)
{
    private int _delivered;
    private int _failed;

    public int Delivered => Volatile.Read(ref _delivered);

    public int Failed => Volatile.Read(ref _failed);

    /// <summary>The sweep goes on, and has looked at the folder again.</summary>
    public void Looked()
    {
        summary.Looked();
        summary.WriteIfDue();
    }

    public void Add(Destination destination, DeliveryOutcome outcome)
    {
        if (outcome == DeliveryOutcome.Delivered) Interlocked.Increment(ref _delivered);
        else if (outcome is DeliveryOutcome.Failed or DeliveryOutcome.Marked) Interlocked.Increment(ref _failed);
        summary.Ended(outcome);
        metrics.DeliveryEnded(destination.Bucket, outcome.Word());
    }
}
