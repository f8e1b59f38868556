namespace S3Scheduler.Api.Hosting;

/// <summary>The section <c>Scheduler</c> of the configuration.</summary>
public sealed class SchedulerOptions
{
    public const string Section = "Scheduler";

    /// <summary>Where objects are kept.</summary>
    public StorageKind Storage { get; set; } = StorageKind.Local;

    /// <summary>The local store's directory; it holds a directory for each bucket.</summary>
    public string LocalPath { get; set; } = "data";

    /// <summary>The bucket that schedules are kept in until they are due.</summary>
    public string Bucket { get; set; } = "scheduler";

    /// <summary>
    /// The folder of that bucket, without a slash at its end; one at its start is part of all keys. 1 to 128 of A-Z, a-z,
    /// 0-9, '-', '_', '.' and '/'.
    /// </summary>
    public string Folder { get; set; } = "schedules";

    /// <summary>The longest time between two sweeps; 1 second to 1 day.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a sweep takes new work, at least 1 second; null: until there is none left.</summary>
    public TimeSpan? SweepBudget { get; set; }

    /// <summary>How long a sweep that gives no sign of life keeps others out; 5 seconds to 1 hour.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after its due time a schedule that fails for passing reasons is tried again before it counts as failed; null: for ever.</summary>
    public TimeSpan? RetryWindow { get; set; }

    /// <summary>Web origins whose pages may call the service, such as <c>https://example.org</c>; or <c>*</c> alone: all.</summary>
    public string[] CorsOrigins { get; set; } = [];

    /// <summary>Copies at a time; 1 to 1,000.</summary>
    public int Concurrency { get; set; } = 64;

    /// <summary>The largest content, in bytes; up to S3's limit for an object.</summary>
    public long MaxContentBytes { get; set; } = MaxObjectBytes;

    /// <summary>Whether schedules of the Python library s3-scheduler in the folder are delivered too; a LIST more for each sweep.</summary>
    public bool PythonSchedules { get; set; }

    /// <summary>The largest object of S3, in bytes: 5 TiB.</summary>
    public const long MaxObjectBytes = 5L << 40;
}

public enum StorageKind
{
    /// <summary>A directory.</summary>
    Local,

    /// <summary>An S3 server.</summary>
    S3,
}
