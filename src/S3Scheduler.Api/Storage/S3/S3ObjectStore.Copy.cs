namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore
{
    private const int CopiesAtOnce = 16;

    // One COPY takes up to 5 GiB, at about 40 MB/s.
    private static readonly TimeSpan CopyTime = TimeSpan.FromMinutes(2);

    public Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation)
        => size <= _limits.LargestCopy || !CanCopyInParts(source, target)
            ? CopyOnceAsync(source, target, cancellation)
            : CopyInPartsAsync(source, target, canCommit, cancellation);

    // Otherwise one COPY is tried, which S3 refuses if the object is too big. If XML can't hold the key, the response
    // with the upload id can't be parsed. Ceph (16) decodes the source key of a part twice: it would copy another
    // object, and crashes if nothing follows the %.
    private bool CanCopyInParts(ObjectAddress source, ObjectAddress target)
        => S3Names.FitsXml(target.Key) && (_clients.IsAws || !source.Key.Contains('%', StringComparison.Ordinal));

    private async Task<CopyOutcome> CopyOnceAsync(
        ObjectAddress source, ObjectAddress target, CancellationToken cancellation)
    {
        S3Names.Check(source);
        return await CallAsync(target, _limit + CopyTime, async (call, limited) =>
        {
            call.Root = "CopyObjectResult";
            var answer = await NullIfAsync(S3Faults.IsMissingObject, _clients.Once(target.Bucket).CopyObjectAsync(
                source.Bucket, source.Key, target.Bucket, target.Key, limited));
            if (answer is null) return CopyOutcome.SourceMissing;
            // S3 answers 200 before it copies; after that it can fail, or send nothing.
            S3Faults.ThrowIfEmpty(call, answer.ETag, target);
            return CopyOutcome.Copied;
        }, cancellation);
    }

    private async Task<CopyOutcome> CopyInPartsAsync(
        ObjectAddress source, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation)
    {
        S3Names.Check(target);
        if (await HeadAsync(source, cancellation) is not { } info) return CopyOutcome.SourceMissing;
        if (info.Size <= _limits.LargestCopy) return await CopyOnceAsync(source, target, cancellation);

        await using var upload = await MultipartUpload.BeginAsync(this, target, info.Attributes, cancellation);
        if (!await CopyPartsAsync(upload, source, info, _limits.CopyPart, cancellation))
            return CopyOutcome.SourceMissing;
        if (!canCommit()) return CopyOutcome.GivenUp;
        await upload.CompleteAsync(PutCondition.None, cancellation);
        return CopyOutcome.Copied;
    }

    /// <returns>False: the source has been deleted or replaced.</returns>
    private async Task<bool> CopyPartsAsync(
        MultipartUpload upload, ObjectAddress source, ObjectInfo info, long part, CancellationToken cancellation)
    {
        var isThere = true;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(MultipartLimits.CopyParts(info.Size, part), parallel, async (piece, ended) =>
        {
            if (Volatile.Read(ref isThere) && !await upload.CopyPartAsync(source, info.ETag, piece, ended))
                Volatile.Write(ref isThere, false);
        });

        // Some servers ignore the condition of a part. If the source is still the same, all parts come from it.
        return isThere && (await HeadAsync(source, cancellation))?.ETag == info.ETag;
    }
}
