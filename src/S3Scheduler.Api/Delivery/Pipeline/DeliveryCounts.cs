namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>Counts how the deliveries of one sweep end. Thread-safe.</summary>
internal sealed class DeliveryCounts(SchedulerMetrics metrics)
{
    private int _delivered;
    private int _failed;

    public int Delivered => Volatile.Read(ref _delivered);

    public int Failed => Volatile.Read(ref _failed);

    public void Add(Destination destination, DeliveryOutcome outcome)
    {
        if (outcome == DeliveryOutcome.Delivered) Interlocked.Increment(ref _delivered);
        else if (outcome is DeliveryOutcome.Failed or DeliveryOutcome.Marked) Interlocked.Increment(ref _failed);
        metrics.DeliveryEnded(destination.Bucket, outcome.Word());
    }
}
