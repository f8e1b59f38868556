namespace S3Scheduler.Api.Storage.S3;

/// <summary>What one request can carry, and the size of the parts of bigger objects, in bytes. S3 sets them.</summary>
public sealed record MultipartLimits
{
    private const int MaxParts = 10_000;
    private const int PartsOfOneSize = 1_000;

    public long LargestPut { get; init; } = 5L << 30;
    public long LargestCopy { get; init; } = 5L << 30;

    /// <summary>The size of an upload's first parts. Only the last part can be smaller than 5 MiB.</summary>
    public long UploadPart { get; init; } = 16L << 20;

    /// <summary>The size of a delivery's parts.</summary>
    public long CopyPart { get; init; } = 512L << 20;

    /// <summary>
    /// The size of the parts when staged content is copied. A client waits for it, so most content is copied with all
    /// its parts at the same time.
    /// </summary>
    public long StagedPart { get; init; } = 64L << 20;

    /// <summary>
    /// The size of part <paramref name="number"/> (from 1) of an upload. The number of parts is not known in advance,
    /// so the size doubles every 1,000 parts, and 5 TiB fit.
    /// </summary>
    public long UploadPartAt(int number) => UploadPart << ((number - 1) / PartsOfOneSize);

    /// <summary>The parts of a copy, from number 1; only the last is smaller. <c>To</c> is the last byte.</summary>
    /// <param name="part">The size of a part, unless that would make too many parts.</param>
    public static IEnumerable<(int Number, long From, long To)> CopyParts(long size, long part)
    {
        var length = Math.Max(part, (size + MaxParts - 1) / MaxParts);
        var number = 0;
        for (var from = 0L; from < size; from += length)
            yield return (++number, from, Math.Min(from + length, size) - 1);
    }
}
