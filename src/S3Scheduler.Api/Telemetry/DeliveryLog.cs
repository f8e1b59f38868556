namespace S3Scheduler.Api.Telemetry;

/// <summary>
/// What sweeps log. Each message says what happens next. Times are in seconds. docs/operations.md lists the ids.
/// </summary>
public static partial class DeliveryLog
{
    [LoggerMessage(1100, LogLevel.Debug, "{Key} was delivered to {Destination}, {Lateness} s after its due time.")]
    public static partial void Delivered(
        this ILogger logger, ScheduleKey key, Destination destination, double lateness);

    [LoggerMessage(1101, LogLevel.Information,
        "In {Period} s: {Looks} looks at the folder, {Delivered} delivered at most {MostLate} s late, {Failed} " +
        "failed. {PendingDue} are due and pending, the oldest for {OldestDueAge} s.")]
    public static partial void Summary(
        this ILogger logger, double period, int looks, int delivered, double mostLate, int failed, long pendingDue,
        double oldestDueAge);

    [LoggerMessage(EventId = 1102, Message =
        "{Key} could not be delivered to {Destination} now ({Code}: {Fault}). It stays pending and is tried again " +
        "after pauses of up to 16 seconds; the log says when that destination takes deliveries again.")]
    public static partial void DeliveryPostponed(
        this ILogger logger, LogLevel level, ScheduleKey key, Destination destination, string code, string fault);

    [LoggerMessage(1103, LogLevel.Warning,
        "{Key} can't be delivered to {Destination} ({Code}: {Fault}). It moves to the failed schedules until a " +
        "client retries it.")]
    public static partial void DeliveryFailed(
        this ILogger logger, ScheduleKey key, Destination destination, string code, string fault);

    [LoggerMessage(1104, LogLevel.Warning,
        "{Key} can't be delivered to {Destination} ({Code}: {Fault}), nor moved to the failed schedules " +
        "({MoveCode}). It is marked as failed, and its content stays where it is, until a client retries or " +
        "deletes it.")]
    public static partial void DeliveryMarked(
        this ILogger logger, ScheduleKey key, Destination destination, string code, string fault, string moveCode);

    [LoggerMessage(EventId = 1105, Message =
        "{Key} could not be moved to the failed schedules ({Fault}). It stays pending and is tried again after " +
        "pauses of up to 16 seconds.")]
    public static partial void MoveFailed(this ILogger logger, LogLevel level, ScheduleKey key, string fault);

    [LoggerMessage(1106, LogLevel.Critical,
        "{Key} was not delivered, by a fault of the service itself. It stays pending and is tried again.")]
    public static partial void DeliveryBroke(this ILogger logger, Exception fault, ScheduleKey key);

    [LoggerMessage(1107, LogLevel.Error,
        "{Key} was delivered but not deleted ({Code}). Only the delete is tried again, and what comes later to the " +
        "same destination waits. After a restart it is delivered again unless the destination still has it.")]
    public static partial void DeleteFailed(this ILogger logger, ScheduleKey key, string code);

    [LoggerMessage(1112, LogLevel.Warning,
        "The receipts of deliveries can't be stored ({Code}: {Fault}). Their schedules are not deleted until they " +
        "are, nor delivered again.")]
    public static partial void ReceiptsNotStored(this ILogger logger, string code, string fault);

    [LoggerMessage(1113, LogLevel.Information, "The receipts of deliveries are stored again.")]
    public static partial void ReceiptsAreStoredAgain(this ILogger logger);

    [LoggerMessage(1108, LogLevel.Warning,
        "{Key} can't be delivered: its time, bucket or key is not valid. The object stays in the scheduler's " +
        "folder, and sweeps skip it.")]
    public static partial void PythonPassedOver(this ILogger logger, string key);

    [LoggerMessage(1109, LogLevel.Warning,
        "Deliveries to bucket {Bucket} fail ({Code}: {Fault}). One at a time tries it again, after pauses of up to " +
        "16 seconds, and the log says when the bucket takes deliveries again.")]
    public static partial void BucketFails(this ILogger logger, string bucket, string code, string fault);

    [LoggerMessage(1110, LogLevel.Information, "Bucket {Bucket} takes deliveries again.")]
    public static partial void BucketIsBack(this ILogger logger, string bucket);

    [LoggerMessage(1111, LogLevel.Information, "{Destination} takes deliveries again.")]
    public static partial void DestinationIsBack(this ILogger logger, Destination destination);

    [LoggerMessage(1120, LogLevel.Warning,
        "The sweep's lease could not be renewed ({Code}: {Fault}). This sweep stops copying; the next one " +
        "continues.")]
    public static partial void LeaseNotRenewed(this ILogger logger, string code, string fault);

    [LoggerMessage(1121, LogLevel.Warning,
        "The sweep's lease could not be closed ({Fault}). Other processes wait until it expires; this one need not.")]
    public static partial void LeaseNotClosed(this ILogger logger, string fault);

    [LoggerMessage(1122, LogLevel.Error,
        "A sweep ended early ({Code}: {Fault}). All that is due stays pending. Sweeps go on, and the log says when " +
        "the store is back.")]
    public static partial void SweepFailed(this ILogger logger, string code, string fault);

    [LoggerMessage(1123, LogLevel.Critical,
        "A sweep ended by a fault of the service itself. All that is due stays pending, and sweeps go on.")]
    public static partial void SweepBroke(this ILogger logger, Exception fault);

    [LoggerMessage(1124, LogLevel.Warning,
        "The store's clock was set ({Steps} times since the start), or its front ends disagree. What its latest " +
        "responses say counts.")]
    public static partial void ClockWasSet(this ILogger logger, int steps);

    [LoggerMessage(1126, LogLevel.Warning,
        "The sweep's lease could not be renewed yet ({Code}: {Fault}). It is tried again, and no copy starts until " +
        "it is renewed.")]
    public static partial void LeaseNotRenewedYet(this ILogger logger, string code, string fault);

    [LoggerMessage(1127, LogLevel.Warning,
        "{Count} objects under {Prefix} are not leases of the service. It passes them over, with one more LIST each " +
        "time. Delete them: if 1,000 come before the leases, nothing is delivered.")]
    public static partial void NotLeases(this ILogger logger, int count, string prefix);

    [LoggerMessage(1125, LogLevel.Information, "The store is back. All that is due is delivered now.")]
    public static partial void StoreIsBack(this ILogger logger);
}
