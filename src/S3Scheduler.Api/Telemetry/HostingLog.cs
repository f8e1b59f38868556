namespace S3Scheduler.Api.Telemetry;

/// <summary>What the start logs.</summary>
public static partial class HostingLog
{
    [LoggerMessage(1300, LogLevel.Information,
        "S3 Scheduler {Version} keeps schedules in folder {Folder} of bucket {Bucket}, storage {Storage} at " +
        "{Place}. It sweeps {Sweeps}.")]
    public static partial void Started(
        this ILogger logger, string version, string folder, string bucket, string storage, string place, string sweeps);

    [LoggerMessage(1301, LogLevel.Error,
        "{Meaning} ({Code}). {Fault} Requests get a 503 until the store can be used.")]
    public static partial void StoreUnreachable(this ILogger logger, string meaning, string code, string fault);

    [LoggerMessage(1302, LogLevel.Error,
        "The disk for temporary files (TMPDIR) is full or failing. Content of 64 KiB or more gets a 503 until " +
        "there is room.")]
    public static partial void SpoolFull(this ILogger logger);
}
