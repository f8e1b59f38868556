namespace S3Scheduler.Api.Storage.S3;

/// <summary>What the adapter logs.</summary>
internal static partial class S3Log
{
    [LoggerMessage(1400, LogLevel.Warning,
        "Uploads by URL are off, because the S3 server takes {Header} with a presigned PUT although it is not signed. "
        + "POST /schedules/uploads is answered 501 as long as this process runs. docs/operations.md says what helps.")]
    public static partial void UploadsTakeUnsigned(this ILogger logger, string header);

    [LoggerMessage(1401, LogLevel.Warning,
        "Uploads by URL are off, because the S3 server refuses a presigned PUT of the service's own ({Refusal}). "
        + "POST /schedules/uploads is answered 501, and tries it again each time.")]
    public static partial void UploadsAreRefused(this ILogger logger, string refusal);

    [LoggerMessage(1402, LogLevel.Warning,
        "Bucket {Bucket} refuses DeleteObjects ({Code}: {Fault}). From now on each object is deleted by a request of "
        + "its own, which takes longer.")]
    public static partial void DeletesSingly(this ILogger logger, string bucket, string code, string fault);
}
