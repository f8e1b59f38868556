using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore
{
    private const int PutsAtOnce = 4;
    // In bytes a second. A slower upload is considered stuck.
    private const double SlowestUpload = 64 * 1024;
    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>What is to be stored, besides the content.</summary>
    private sealed record Put(ObjectAddress Target, ObjectAttributes Attributes, PutCondition Condition);

    public async Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        var put = new Put(target, attributes, condition);
        if (content is StagedContent staged && CanCopyInParts(staged.Address, target))
            return await PutCopyAsync(put, staged, cancellation);

        // PUT needs the length in advance, and perhaps the bytes twice. Other streams are spooled even if they can
        // seek: they can throw exceptions of the caller's, which the SDK would wrap.
        if (content is FileStream { CanSeek: true } or MemoryStream
            && content.Length - content.Position <= _limits.LargestPut)
            return await PutSeekableAsync(put, content, cancellation);

        // If XML can't hold the key, the response with the upload id can't be parsed, so everything goes in one PUT.
        var isWhole = !S3Names.FitsXml(target.Key);
        var most = isWhole ? long.MaxValue : _limits.UploadPart;
        await using var start = await BeginningAsync(content, most, cancellation);
        isWhole |= start.Length < _limits.UploadPart && start.Length <= _limits.LargestPut;
        return isWhole
            ? await PutSeekableAsync(put, start, cancellation)
            : await PutInPartsAsync(put, upload => PutPartsAsync(upload, start, content, cancellation), cancellation);
    }

    private Task<PutResult> PutCopyAsync(Put put, StagedContent content, CancellationToken cancellation)
        => PutInPartsAsync(put, async upload =>
        {
            var info = await HeadAsync(content.Address, cancellation) ?? throw content.Gone();
            if (!await CopyPartsAsync(upload, content.Address, info, _limits.StagedPart, cancellation))
                throw content.Gone();
        }, cancellation);

    // What is spooled already is not spooled again.
    private async Task<Stream> BeginningAsync(Stream content, long length, CancellationToken cancellation)
        => content is StreamedContent streamed && await streamed.TakeBeginningAsync(length, cancellation) is { } taken
            ? taken
            : await _spool.ReadAsync(content, length, cancellation);

    private Task<PutResult> PutSeekableAsync(Put put, Stream content, CancellationToken cancellation)
    {
        var start = content.Position;
        return CallAsync(put.Target, UploadTime(content.Length - start), async (call, limited) =>
        {
            for (var tries = 1; ; tries++)
            {
                content.Position = start;
                try
                {
                    var answer = await PutOnceAsync(call, put, content, limited);
                    S3Faults.ThrowIfEmpty(call, answer.ETag, put.Target);
                    return new PutResult(
                        Stored: true, S3ResponseMapper.Time(call), S3ResponseMapper.IsVersioned(answer.VersionId));
                }
                catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.PreconditionFailed)
                {
                    return new PutResult(Stored: false, S3ResponseMapper.Time(call));
                }
                catch (AmazonS3Exception fault) when (IsOvertaken(fault, put.Condition) && tries < Tries)
                {
                    await Task.Delay(FirstPause * Math.Pow(2, tries - 1), _time, limited);
                }
            }
        }, cancellation);
    }

    private async Task<PutObjectResponse> PutOnceAsync(
        S3Call call, Put put, Stream content, CancellationToken cancellation)
    {
        var request = new PutObjectRequest
        {
            BucketName = put.Target.Bucket,
            Key = put.Target.Key,
            InputStream = content,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
            // R2 does not understand a signature for each chunk, and Ceph stores its Content-Encoding, aws-chunked.
            // On such servers TLS protects the bytes, or else one signature for all of them.
            UseChunkEncoding = _clients.IsAws,
            DisablePayloadSigning = LeavesSigningToTls,
        };
        S3Attributes.Write(put.Attributes, request.Headers, request.Metadata);
        call.ContentType = request.Headers.ContentType;
        if (put.Condition == PutCondition.IfAbsent) request.IfNoneMatch = "*";
        var client = put.Condition == PutCondition.None
            ? _clients.Retrying(put.Target.Bucket)
            : _clients.Once(put.Target.Bucket);
        return await client.PutObjectAsync(request, cancellation);
    }

    private bool LeavesSigningToTls => !_clients.IsAws && _clients.IsSecure;

    private TimeSpan UploadTime(long bytes) => _limit + TimeSpan.FromSeconds(bytes / SlowestUpload);

    // AWS: another conditional write of this key is in progress. Nothing was written, and the next try can succeed.
    private static bool IsOvertaken(AmazonS3Exception fault, PutCondition condition)
        => condition == PutCondition.IfAbsent && fault.StatusCode == HttpStatusCode.Conflict
            && fault.ErrorCode is "ConditionalRequestConflict" or "OperationAborted";

    private async Task<PutResult> PutInPartsAsync(
        Put put, Func<MultipartUpload, Task> fill, CancellationToken cancellation)
    {
        // Ceph (16) ignores the condition at the end. On other servers this avoids a useless upload.
        if (await FindExistingAsync(put, cancellation) is { } before) return before;

        await using var upload = await MultipartUpload.BeginAsync(this, put.Target, put.Attributes, cancellation);
        await fill(upload);

        if (await FindExistingAsync(put, cancellation) is { } meanwhile) return meanwhile;
        var (etag, isVersioned, time) = await upload.CompleteAsync(put.Condition, cancellation);
        var isOurs = etag is not null
            && (put.Condition == PutCondition.None || await IsStillOursAsync(put.Target, etag, cancellation));
        return new PutResult(isOurs, time, isVersioned);
    }

    /// <param name="start">The first part; <paramref name="rest"/> is what follows it, if anything.</param>
    private Task PutPartsAsync(MultipartUpload upload, Stream start, Stream rest, CancellationToken cancellation)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce, CancellationToken = cancellation };
        return Parallel.ForEachAsync(PartsAsync(start, rest, cancellation), parallel, async (part, ended) =>
        {
            await using (part.Content) await upload.PutPartAsync(part.Number, part.Content, ended);
        });
    }

    // Spooled one by one, when a worker asks for the next: only parts that are being sent take room on disk.
    private async IAsyncEnumerable<(int Number, Stream Content)> PartsAsync(
        Stream start, Stream rest, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return (1, start);
        for (var number = 2; ; number++)
        {
            var length = _limits.UploadPartAt(number);
            var part = await _spool.ReadAsync(rest, length, cancellation);
            var isLast = part.Length < length;
            if (part.Length > 0) yield return (number, part);
            else await part.DisposeAsync();
            if (isLast) yield break;
        }
    }

    // Null: there is no condition, or it holds now.
    private async Task<PutResult?> FindExistingAsync(Put put, CancellationToken cancellation)
    {
        if (put.Condition == PutCondition.None) return null;
        return await CallAsync<PutResult?>(put.Target, _limit, async (call, limited) =>
            await FindAsync(call, put.Target, limited) is null
                ? null
                : new PutResult(Stored: false, S3ResponseMapper.Time(call)), cancellation);
    }

    // An object that is gone already was delivered or cancelled, so it was stored.
    private async Task<bool> IsStillOursAsync(ObjectAddress target, string etag, CancellationToken cancellation)
        => await HeadAsync(target, cancellation) is not { } found || found.ETag == etag;
}
