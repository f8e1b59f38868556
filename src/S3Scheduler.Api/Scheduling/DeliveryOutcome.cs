namespace S3Scheduler.Api.Scheduling;

public enum DeliveryOutcome
{
    /// <summary>It is at its destination; the pending object may go.</summary>
    Delivered,

    /// <summary>It stands under <c>.failed</c>; the pending object may go.</summary>
    Failed,

    /// <summary>It is no longer pending: it was cancelled.</summary>
    Gone,

    /// <summary>It stays pending, and is not at its destination by this.</summary>
    Held,

    /// <summary>A copy was tried, and may have taken place.</summary>
    Unknown,
}
