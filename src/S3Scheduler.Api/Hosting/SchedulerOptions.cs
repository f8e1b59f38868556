using System.Net;

namespace S3Scheduler.Api.Hosting;

/// <summary>The section <c>Scheduler</c> of the configuration.</summary>
public sealed class SchedulerOptions
{
    public const string Section = "Scheduler";

    /// <summary>Where objects are stored.</summary>
    public StorageKind Storage { get; set; } = StorageKind.Local;

    /// <summary>The local store's directory; it holds a directory for each bucket.</summary>
    public string LocalPath { get; set; } = "data";

    /// <summary>The bucket that schedules are kept in until they are due.</summary>
    public string Bucket { get; set; } = "scheduler";

    /// <summary>
    /// The folder in that bucket: 1 to 128 of A-Z, a-z, 0-9, '-', '_', '.' and '/', without a slash at its end. A slash
    /// at its start is part of all keys.
    /// </summary>
    public string Folder { get; set; } = "schedules";

    /// <summary>The longest pause between two sweeps; 1 second to 1 day.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a sweep starts new deliveries, at least 1 second; null: until nothing is due.</summary>
    public TimeSpan? SweepBudget { get; set; }

    /// <summary>How long a sweep's lease stays valid if it is not renewed; 5 seconds to 1 hour.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after its due time a delivery with transient faults is retried; null: forever.</summary>
    public TimeSpan? RetryWindow { get; set; }

    /// <summary>How far in the past a client's due time may be, at least 1 minute: it is delivered at once.</summary>
    public TimeSpan MaxLateness { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the receipts of deliveries are kept, up to 3,650 days; zero: none are stored.</summary>
    public TimeSpan ReceiptRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Where deliveries may go: <c>bucket</c> or <c>bucket/prefix</c>; <c>*</c> or an empty list: anywhere. The own
    /// bucket must be named, and the own folder is never a destination.
    /// </summary>
    public string[] Destinations { get; set; } = [];

    /// <summary>Origins of pages that may call the service: <c>https://example.org</c>; <c>*</c>: all.</summary>
    public string[] CorsOrigins { get; set; } = [];

    /// <summary>The path that clients see before that of the service, such as <c>/scheduler</c>.</summary>
    public string PathBase { get; set; } = "";

    /// <summary>
    /// Addresses and networks of proxies. The service believes what they say about the client's request: its address,
    /// scheme, host and path prefix.
    /// </summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>How many copies run in parallel; 1 to 1,000.</summary>
    public int Concurrency { get; set; } = 64;

    /// <summary>The largest content, in bytes; up to S3's limit for an object.</summary>
    public long MaxContentBytes { get; set; } = MaxObjectBytes;

    /// <summary>How many bytes of content can wait in temporary files at a time; at least 16 MiB.</summary>
    public long MaxSpoolBytes { get; set; } = Spool.DefaultMaxBytes;

    /// <summary>How many requests a second one caller can send; 1 to 1,000,000.</summary>
    public int RequestsPerSecond { get; set; } = 2000;

    /// <summary>Whether the Python library's schedules are delivered too; it costs one more LIST a sweep.</summary>
    public bool PythonSchedules { get; set; }

    /// <summary>Other credentials for the URLs of uploads.</summary>
    public UploadSettings Uploads { get; set; } = new();

    /// <summary>S3's limit for an object: 5 TiB.</summary>
    public const long MaxObjectBytes = 5L << 40;

    /// <summary>
    /// The network that one of <see cref="TrustedProxies"/> names; an address is a network of its own. Null: it names
    /// none.
    /// </summary>
    public static IPNetwork? ReadProxy(string text)
    {
        if (IPAddress.TryParse(text, out var address)) return new(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out var network) ? network : null;
    }
}

public enum StorageKind
{
    /// <summary>A directory.</summary>
    Local,

    /// <summary>An S3 server.</summary>
    S3,
}
