using Amazon.S3;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore
{
    private const int CopiesAtOnce = 16;

    // A big object takes minutes: the 5 GiB that one COPY can take, at some 40 MB/s.
    private static readonly TimeSpan CopyTime = TimeSpan.FromMinutes(2);

    public Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation)
        => size <= _limits.LargestCopy || !CanCopyInParts(source, target)
            ? CopyOnceAsync(source, target, cancellation)
            : CopyInPartsAsync(source, target, canCommit, cancellation);

    // What can't is left to one COPY, which S3 refuses if that is too much. A key that XML can't hold would spoil the
    // answer that names the upload. The name of a part's source is decoded twice by Ceph (16): it would take another
    // object, and dies of a name with nothing after the %.
    private bool CanCopyInParts(ObjectAddress source, ObjectAddress target)
        => S3Names.FitsXml(target.Key) && (_clients.IsAws || !source.Key.Contains('%', StringComparison.Ordinal));

    private async Task<CopyOutcome> CopyOnceAsync(
        ObjectAddress source, ObjectAddress target, CancellationToken cancellation)
    {
        S3Names.Check(source);
        return await CallAsync(target, _limit + CopyTime, async (_, limited) =>
        {
            try
            {
                var answer = await _clients.Once.CopyObjectAsync(
                    source.Bucket, source.Key, target.Bucket, target.Key, limited);
                // S3 answers 200 before it copies, and may then fail or fall silent.
                return answer.ETag is null ? throw S3Faults.Empty(target) : CopyOutcome.Copied;
            }
            catch (AmazonS3Exception fault) when (S3Faults.IsMissingObject(fault))
            {
                return CopyOutcome.SourceMissing;
            }
        }, cancellation);
    }

    private async Task<CopyOutcome> CopyInPartsAsync(
        ObjectAddress source, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation)
    {
        S3Names.Check(target);
        if (await HeadAsync(source, cancellation) is not { } info) return CopyOutcome.SourceMissing;
        if (info.Size <= _limits.LargestCopy) return await CopyOnceAsync(source, target, cancellation);

        await using var upload = await MultipartUpload.BeginAsync(this, target, info.Attributes, cancellation);
        var isThere = true;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(_limits.CopyParts(info.Size), parallel, async (part, ended) =>
        {
            if (Volatile.Read(ref isThere) && !await upload.CopyPartAsync(source, info.ETag, part, ended))
                Volatile.Write(ref isThere, false);
        });

        // Not every server keeps the condition of a part: here none has come from another source.
        if (!isThere || (await HeadAsync(source, cancellation))?.ETag != info.ETag) return CopyOutcome.SourceMissing;
        if (!canCommit()) return CopyOutcome.GivenUp;
        await upload.CompleteAsync(PutCondition.None, cancellation);
        return CopyOutcome.Copied;
    }
}
