namespace S3Scheduler.Api.Telemetry;

/// <summary>What requests log. Each message says what happens next.</summary>
public static partial class HttpLog
{
    [LoggerMessage(LogLevel.Error, "{Method} failed in the store ({Code}: {Fault}). The client gets 502 or 503.")]
    public static partial void RequestFailed(this ILogger logger, string method, string code, string fault);

    [LoggerMessage(LogLevel.Information, "{Key} was cancelled, or deleted as failed, by {Caller}.")]
    public static partial void ScheduleCancelled(this ILogger logger, ScheduleKey key, string caller);

    [LoggerMessage(LogLevel.Information, "{Key} was rescheduled as {NewKey} by {Caller}.")]
    public static partial void ScheduleRescheduled(
        this ILogger logger, ScheduleKey key, ScheduleKey newKey, string caller);

    [LoggerMessage(LogLevel.Information, "{Key} had failed, and is retried as {NewKey} by {Caller}.")]
    public static partial void ScheduleRetried(
        this ILogger logger, ScheduleKey key, ScheduleKey newKey, string caller);

    [LoggerMessage(LogLevel.Information, "{Count} failed schedules to {Bucket} are retried by {Caller}.")]
    public static partial void SchedulesRetried(this ILogger logger, int count, string bucket, string caller);

    [LoggerMessage(LogLevel.Error, "{Method} has no room for content that waits ({Fault}). The client gets 503.")]
    public static partial void NoRoom(this ILogger logger, string method, string fault);
}
