namespace S3Scheduler.Api.Telemetry;

/// <summary>What sweeps log. Each message says what happens next.</summary>
public static partial class DeliveryLog
{
    [LoggerMessage(LogLevel.Information, "Swept: {Delivered} delivered, {Failed} failed.")]
    public static partial void Swept(this ILogger logger, int delivered, int failed);

    [LoggerMessage(LogLevel.Warning,
        "{Key} could not be delivered now ({Code}: {Fault}). It stays pending, and a later sweep tries again.")]
    public static partial void DeliveryPostponed(this ILogger logger, ScheduleKey key, string code, string fault);

    [LoggerMessage(LogLevel.Error,
        "{Key} can't be delivered ({Code}: {Fault}). It moves to the failed schedules until a client retries it.")]
    public static partial void DeliveryFailed(this ILogger logger, ScheduleKey key, string code, string fault);

    [LoggerMessage(LogLevel.Error,
        "{Key} can't be delivered ({Code}: {Fault}), nor moved to the failed schedules ({MoveCode}). It is marked as " +
        "failed, and its content stays where it is, until a client retries or deletes it.")]
    public static partial void DeliveryMarked(
        this ILogger logger, ScheduleKey key, string code, string fault, string moveCode);

    [LoggerMessage(LogLevel.Error,
        "{Key} could not be moved to the failed schedules ({Fault}). It stays pending; the next sweep tries again.")]
    public static partial void MoveFailed(this ILogger logger, ScheduleKey key, string fault);

    [LoggerMessage(LogLevel.Critical,
        "{Key} was not delivered, by a fault of the service itself. It stays pending and is tried again.")]
    public static partial void DeliveryBroke(this ILogger logger, Exception fault, ScheduleKey key);

    [LoggerMessage(LogLevel.Warning,
        "{Key} was delivered but not deleted ({Code}). Only the delete is tried again, and what comes later to the " +
        "same destination waits. After a restart it is delivered again unless the destination still has it.")]
    public static partial void DeleteFailed(this ILogger logger, ScheduleKey key, string code);

    [LoggerMessage(LogLevel.Warning,
        "The receipts of deliveries can't be stored ({Code}: {Fault}). Their schedules are not deleted until they " +
        "are, nor delivered again.")]
    public static partial void ReceiptsNotStored(this ILogger logger, string code, string fault);

    [LoggerMessage(LogLevel.Information, "The receipts of deliveries are stored again.")]
    public static partial void ReceiptsAreStoredAgain(this ILogger logger);

    [LoggerMessage(LogLevel.Warning,
        "{Key} can't be delivered: its time, bucket or key is not valid. The object stays in the scheduler's folder, " +
        "and sweeps skip it.")]
    public static partial void PythonPassedOver(this ILogger logger, string key);

    [LoggerMessage(LogLevel.Warning,
        "The sweep's lease could not be renewed ({Code}: {Fault}). This sweep stops copying; the next one continues.")]
    public static partial void LeaseNotRenewed(this ILogger logger, string code, string fault);

    [LoggerMessage(LogLevel.Warning,
        "The sweep's lease could not be closed ({Fault}). The next sweep waits until it expires.")]
    public static partial void LeaseNotClosed(this ILogger logger, string fault);

    [LoggerMessage(LogLevel.Error,
        "A sweep ended early ({Code}: {Fault}). All that is due stays pending. Sweeps go on, and the log says when " +
        "the store is back.")]
    public static partial void SweepFailed(this ILogger logger, string code, string fault);

    [LoggerMessage(LogLevel.Critical,
        "A sweep ended by a fault of the service itself. All that is due stays pending, and sweeps go on.")]
    public static partial void SweepBroke(this ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Warning,
        "The store's clock was set ({Steps} times since the start), or its front ends disagree. What its latest " +
        "responses say counts.")]
    public static partial void ClockWasSet(this ILogger logger, int steps);

    [LoggerMessage(LogLevel.Information, "The store is back. All that is due is delivered now.")]
    public static partial void StoreIsBack(this ILogger logger);
}
