namespace S3Scheduler.Api.Storage.S3;

/// <summary>In bytes: what one request may carry, and how big the parts are of what is bigger. They are S3's own.</summary>
public sealed record MultipartLimits
{
    /// <summary>S3's most, in one upload.</summary>
    private const int MaxParts = 10_000;

    private const int PartsOfOneSize = 1_000;

    /// <summary>Of one PUT.</summary>
    public long LargestPut { get; init; } = 5L << 30;

    /// <summary>Of one COPY.</summary>
    public long LargestCopy { get; init; } = 5L << 30;

    /// <summary>Of an upload's first parts. No part but the last may be smaller than 5 MiB.</summary>
    public long UploadPart { get; init; } = 16L << 20;

    /// <summary>Of a copy's parts, unless that would make too many.</summary>
    public long CopyPart { get; init; } = 512L << 20;

    /// <summary>
    /// The length of an upload's part, from 1: how many there will be is not known, so they double every 1,000 parts,
    /// and 5 TiB fit.
    /// </summary>
    public long UploadPartAt(int number) => UploadPart << ((number - 1) / PartsOfOneSize);

    /// <summary>The parts of a copy, from 1, all of one length but the last. <c>To</c> is the last byte.</summary>
    public IEnumerable<(int Number, long From, long To)> CopyParts(long size)
    {
        var length = Math.Max(CopyPart, (size + MaxParts - 1) / MaxParts);
        var number = 0;
        for (var from = 0L; from < size; from += length)
            yield return (++number, from, Math.Min(from + length, size) - 1);
    }
}
