namespace S3Scheduler.Api.Telemetry;

/// <summary>What requests log. Each message says what happens next.</summary>
public static partial class HttpLog
{
    [LoggerMessage(LogLevel.Error, "{Method} could not be answered: the store says {Code}: {Fault}")]
    public static partial void RequestFailed(this ILogger logger, string method, string code, string fault);
}
