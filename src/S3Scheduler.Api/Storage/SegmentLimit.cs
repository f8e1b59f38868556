namespace S3Scheduler.Api.Storage;

/// <summary>
/// How long a segment of a key, between two slashes, can be on this server. <see cref="StoreTrial"/> finds it out.
/// </summary>
public sealed class SegmentLimit
{
    /// <summary>S3's limit for a whole key, in bytes of UTF-8.</summary>
    public const int WholeKey = 1024;

    /// <summary>On servers that keep an object in a file of its name, as MinIO and RustFS do.</summary>
    public const int FileName = 255;

    private volatile int _bytes = WholeKey;

    public int Bytes
    {
        get => _bytes;
        set => _bytes = value;
    }
}
