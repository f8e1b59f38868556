namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>How the delivery of one schedule ended.</summary>
/// <param name="CopiedAt">If it was delivered: when, by the store's clock.</param>
public readonly record struct Attempt(DeliveryOutcome Outcome, DateTimeOffset CopiedAt = default)
{
    public static implicit operator Attempt(DeliveryOutcome outcome) => new(outcome);
}

public enum DeliveryOutcome
{
    /// <summary>The content is at its destination; the pending object can be deleted.</summary>
    Delivered,

    /// <summary>The schedule is under <c>.failed</c>; the pending object can be deleted.</summary>
    Failed,

    /// <summary>
    /// The schedule has failed, and its <see cref="FailureMark"/> says so. Its object could not be moved, and must not
    /// be deleted.
    /// </summary>
    Marked,

    /// <summary>The schedule is no longer pending: it was cancelled.</summary>
    Gone,

    /// <summary>The schedule stays pending, and this attempt has copied nothing.</summary>
    Held,

    /// <summary>A copy was tried, and may have taken place.</summary>
    Unknown,
}

internal static class DeliveryOutcomeExtensions
{
    /// <summary>The outcome as metrics and spans name it.</summary>
    public static string Word(this DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Failed or DeliveryOutcome.Marked => "failed",
        DeliveryOutcome.Gone => "cancelled",
        DeliveryOutcome.Held => "held",
        _ => "unresolved",
    };
}
