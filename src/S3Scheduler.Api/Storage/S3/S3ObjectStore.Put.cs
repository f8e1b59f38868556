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

    public async Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        // PUT needs the length in advance, and perhaps the bytes twice. Other streams are spooled even if they can
        // seek: they can throw exceptions of the caller's, which the SDK would wrap.
        if (content is FileStream { CanSeek: true } or MemoryStream
            && content.Length - content.Position <= _limits.LargestPut)
            return await PutSeekableAsync(target, content, attributes, condition, cancellation);

        // If XML can't hold the key, the answer that names an upload in parts is unreadable: one PUT must do.
        var isWhole = !S3Names.FitsXml(target.Key);
        var most = isWhole ? long.MaxValue : _limits.UploadPart;
        await using var start = await BeginningAsync(content, most, cancellation);
        isWhole |= start.Length < _limits.UploadPart && start.Length <= _limits.LargestPut;
        return isWhole
            ? await PutSeekableAsync(target, start, attributes, condition, cancellation)
            : await PutInPartsAsync(target, start, content, attributes, condition, cancellation);
    }

    // What is spooled already is not spooled again.
    private static async Task<Stream> BeginningAsync(Stream content, long length, CancellationToken cancellation)
        => content is StreamedContent streamed && await streamed.TakeBeginningAsync(length, cancellation) is { } taken
            ? taken
            : await TemporaryContent.SpoolAsync(content, length, cancellation);

    private Task<PutResult> PutSeekableAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        var start = content.Position;
        return CallAsync(target, UploadTime(content.Length - start), async (call, limited) =>
        {
            for (var tries = 1; ; tries++)
            {
                content.Position = start;
                try
                {
                    await PutOnceAsync(call, target, content, attributes, condition, limited);
                    return new PutResult(Stored: true, S3ResponseMapper.Time(call));
                }
                catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.PreconditionFailed)
                {
                    return new PutResult(Stored: false, S3ResponseMapper.Time(call));
                }
                catch (AmazonS3Exception fault) when (IsOvertaken(fault, condition) && tries < Tries)
                {
                    await Task.Delay(FirstPause * Math.Pow(2, tries - 1), _time, limited);
                }
            }
        }, cancellation);
    }

    private async Task PutOnceAsync(
        S3Call call, ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        var request = new PutObjectRequest
        {
            BucketName = target.Bucket,
            Key = target.Key,
            InputStream = content,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
            // R2 does not understand a signature for each chunk, and Ceph stores its Content-Encoding, aws-chunked.
            // On such servers TLS protects the bytes, or else one signature for all of them.
            UseChunkEncoding = _clients.IsAws,
            DisablePayloadSigning = LeavesSigningToTls,
        };
        S3Attributes.Write(attributes, request.Headers, request.Metadata);
        call.ContentType = request.Headers.ContentType;
        if (condition == PutCondition.IfAbsent) request.IfNoneMatch = "*";
        var client = condition == PutCondition.None ? _clients.Retrying : _clients.Once;
        await client.PutObjectAsync(request, cancellation);
    }

    private bool LeavesSigningToTls => !_clients.IsAws && _clients.IsSecure;

    private TimeSpan UploadTime(long bytes) => _limit + TimeSpan.FromSeconds(bytes / SlowestUpload);

    // AWS: another conditional write of this key is in progress. Nothing was written, and the next try can succeed.
    private static bool IsOvertaken(AmazonS3Exception fault, PutCondition condition)
        => condition == PutCondition.IfAbsent && fault.StatusCode == HttpStatusCode.Conflict
            && fault.ErrorCode is "ConditionalRequestConflict" or "OperationAborted";

    /// <param name="start">The first part; <paramref name="rest"/> is what follows it, if anything.</param>
    private async Task<PutResult> PutInPartsAsync(
        ObjectAddress target, Stream start, Stream rest, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        // Ceph (16) ignores the condition at the end. Elsewhere an early refusal saves the upload.
        if (await RefusalAsync(target, condition, cancellation) is { } before) return before;

        await using var upload = await MultipartUpload.BeginAsync(this, target, attributes, cancellation);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(PartsAsync(start, rest, cancellation), parallel, async (part, ended) =>
        {
            await using (part.Content) await upload.PutPartAsync(part.Number, part.Content, ended);
        });

        if (await RefusalAsync(target, condition, cancellation) is { } meanwhile) return meanwhile;
        var (etag, time) = await upload.CompleteAsync(condition, cancellation);
        var isOurs = etag is not null
            && (condition == PutCondition.None || await IsStillOursAsync(target, etag, cancellation));
        return new PutResult(isOurs, time);
    }

    // Spooled one by one, when a worker asks for the next: only parts that are being sent take room on disk.
    private async IAsyncEnumerable<(int Number, Stream Content)> PartsAsync(
        Stream start, Stream rest, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return (1, start);
        for (var number = 2; ; number++)
        {
            var length = _limits.UploadPartAt(number);
            var part = await TemporaryContent.SpoolAsync(rest, length, cancellation);
            var isLast = part.Length < length;
            if (part.Length > 0) yield return (number, part);
            else await part.DisposeAsync();
            if (isLast) yield break;
        }
    }

    // Null: there is no condition, or it holds now.
    private async Task<PutResult?> RefusalAsync(
        ObjectAddress target, PutCondition condition, CancellationToken cancellation)
    {
        if (condition == PutCondition.None) return null;
        return await CallAsync<PutResult?>(target, _limit, async (call, limited) =>
            await FindAsync(call, target, limited) is null
                ? null
                : new PutResult(Stored: false, S3ResponseMapper.Time(call)), cancellation);
    }

    // An object that is gone already was delivered or cancelled, so it was stored.
    private async Task<bool> IsStillOursAsync(ObjectAddress target, string etag, CancellationToken cancellation)
        => await HeadAsync(target, cancellation) is not { } found || found.ETag == etag;
}
