namespace S3Scheduler.Api.Telemetry;

/// <summary>What the start logs.</summary>
public static partial class HostingLog
{
    [LoggerMessage(LogLevel.Error,
        "The store can't be reached ({Code}: {Fault}). Requests get a 503 until it is reachable.")]
    public static partial void StoreUnreachable(this ILogger logger, string code, string fault);

    [LoggerMessage(LogLevel.Error,
        "The disk for temporary files (TMPDIR) is full or failing. Content of 64 KiB or more gets a 503 until there " +
        "is room.")]
    public static partial void SpoolFull(this ILogger logger);
}
