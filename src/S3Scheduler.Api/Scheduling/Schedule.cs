namespace S3Scheduler.Api.Scheduling;

/// <summary>One delivery that is pending, has failed, or has taken place.</summary>
/// <param name="Size">The content's, in bytes.</param>
/// <param name="CreatedAt">By the store's clock, whole seconds; null: unknown, as it is not pending any more.</param>
/// <param name="Attributes">What arrives with the content; null: unknown, as the schedule was only listed.</param>
/// <param name="Failure">Null: it has not failed.</param>
/// <param name="By">The name of the caller who scheduled it; null: anonymous or, as Attributes, unknown.</param>
/// <param name="Proof">Of its delivery; null: it was not delivered.</param>
public sealed record Schedule(
    ScheduleKey Key, long Size, DateTimeOffset? CreatedAt, ObjectAttributes? Attributes, Failure? Failure = null,
    string? By = null, Proof? Proof = null)
{
    /// <summary>Where a failed one was found; null: it has not failed.</summary>
    public FailedSchedule? Found { get; private init; }

    public static Schedule From(PendingSchedule pending) =>
        new(pending.Key, pending.Listed.Size, ServerTime.WholeSeconds(pending.Listed.LastModified), null);

    public static Schedule From(ScheduleKey key, ObjectInfo info) =>
        new(key, info.Size, ServerTime.WholeSeconds(info.LastModified), OwnMetadata.RemoveFrom(info.Attributes),
            By: OwnMetadata.ScheduledBy(info.Attributes));

    public static Schedule From(FailedSchedule failed, ObjectInfo? info = null) => new(
        failed.Key, failed.Listed.Size, null, info is null ? null : OwnMetadata.RemoveFrom(info.Attributes),
        new Failure(failed.Code, ServerTime.WholeSeconds(failed.Listed.LastModified)),
        info is null ? null : OwnMetadata.ScheduledBy(info.Attributes))
    {
        Found = failed,
    };

    public static Schedule From(ScheduleKey key, Receipt receipt) =>
        new(key, receipt.Size, null, null, Proof: new Proof(receipt.DeliveredAt, receipt.ETag));

    public static Schedule Created(ScheduleKey key, NewSchedule schedule, long size, ServerTime time) =>
        new(key, size, ServerTime.WholeSeconds(time.Date), schedule.Attributes, By: schedule.By);
}

/// <summary>Why a schedule could not be delivered.</summary>
/// <param name="Code">The error code, such as NoSuchBucket.</param>
/// <param name="FailedAt">By the store's clock, UTC, whole seconds.</param>
public sealed record Failure(string Code, DateTimeOffset FailedAt);

/// <summary>What the receipt of a delivery says.</summary>
/// <param name="DeliveredAt">By the store's clock, UTC; not before the due time.</param>
/// <param name="ETag">Of the schedule's object.</param>
public sealed record Proof(DateTimeOffset DeliveredAt, string ETag);
