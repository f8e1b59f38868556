namespace S3Scheduler.Api.Telemetry;

/// <summary>What requests log. Each message says what happens next.</summary>
public static partial class HttpLog
{
    [LoggerMessage(1200, LogLevel.Debug, "{Key} was scheduled by {Caller}.")]
    public static partial void ScheduleCreated(this ILogger logger, ScheduleKey key, string caller);

    [LoggerMessage(1201, LogLevel.Information, "{Key} was cancelled, or deleted as failed, by {Caller}.")]
    public static partial void ScheduleCancelled(this ILogger logger, ScheduleKey key, string caller);

    [LoggerMessage(1202, LogLevel.Information, "{Key} was rescheduled as {NewKey} by {Caller}.")]
    public static partial void ScheduleRescheduled(
        this ILogger logger, ScheduleKey key, ScheduleKey newKey, string caller);

    [LoggerMessage(1203, LogLevel.Information, "{Key} had failed, and is retried as {NewKey} by {Caller}.")]
    public static partial void ScheduleRetried(
        this ILogger logger, ScheduleKey key, ScheduleKey newKey, string caller);

    [LoggerMessage(1204, LogLevel.Information, "{Count} failed schedules to {Bucket} are retried by {Caller}.")]
    public static partial void SchedulesRetried(this ILogger logger, int count, string bucket, string caller);

    [LoggerMessage(EventId = 1210, Message =
        "{Method} failed in the store ({Code}: {Fault}). The client gets 502 or 503. Others with this code are " +
        "logged as Debug for a minute.")]
    public static partial void RequestFailed(
        this ILogger logger, LogLevel level, string method, string code, string fault);

    [LoggerMessage(EventId = 1211, Message =
        "{Method} has no room for content that waits ({Fault}). The client gets 503. Others are logged as Debug " +
        "for a minute.")]
    public static partial void NoRoom(this ILogger logger, LogLevel level, string method, string fault);

    [LoggerMessage(EventId = 1212, Message =
        "Receipts in {Key} can't be read ({Code}). They are passed over: what they tell is missing in answers. " +
        "Others with this code are logged as Debug for a minute.")]
    public static partial void ReceiptsNotRead(this ILogger logger, LogLevel level, string key, string code);
}
