namespace S3Scheduler.Api.Scheduling;

/// <summary>All that is logged; each message says what happens next.</summary>
public static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Swept: {Delivered} delivered, {Failed} failed.")]
    public static partial void Swept(this ILogger logger, int delivered, int failed);

    [LoggerMessage(LogLevel.Warning, "{Key} could not be copied ({Code}: {Fault}). It stays pending; the next sweep tries again.")]
    public static partial void DeliveryFailed(this ILogger logger, ScheduleKey key, string code, string fault);

    [LoggerMessage(LogLevel.Warning, "{Key} was copied, and its deletion not acknowledged ({Code}). If it is still there, the next sweep delivers it again.")]
    public static partial void DeleteFailed(this ILogger logger, ScheduleKey key, string code);

    [LoggerMessage(LogLevel.Error, "The sweep ended early ({Code}: {Fault}). All that is due stays pending; the next sweep tries again.")]
    public static partial void SweepFailed(this ILogger logger, string code, string fault);

    [LoggerMessage(LogLevel.Error, "The store can't be reached ({Code}: {Fault}). Requests are answered 503 until it can.")]
    public static partial void StoreUnreachable(this ILogger logger, string code, string fault);

    [LoggerMessage(LogLevel.Error, "{Method} could not be answered: the store says {Code}: {Fault}")]
    public static partial void RequestFailed(this ILogger logger, string method, string code, string fault);
}
