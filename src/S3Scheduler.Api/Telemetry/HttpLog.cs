namespace S3Scheduler.Api.Telemetry;

/// <summary>What requests log. Each message says what happens next.</summary>
public static partial class HttpLog
{
    [LoggerMessage(LogLevel.Error, "{Method} failed in the store ({Code}: {Fault}). The client gets 502 or 503.")]
    public static partial void RequestFailed(this ILogger logger, string method, string code, string fault);
}
