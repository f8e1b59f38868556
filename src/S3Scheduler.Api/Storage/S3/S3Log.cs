namespace S3Scheduler.Api.Storage.S3;

/// <summary>What the adapter logs.</summary>
internal static partial class S3Log
{
    [LoggerMessage(LogLevel.Warning,
        "Bucket {Bucket} refuses DeleteObjects ({Code}: {Fault}). From now on each object is deleted by a request of "
        + "its own, which takes longer.")]
    public static partial void DeletesSingly(this ILogger logger, string bucket, string code, string fault);
}
