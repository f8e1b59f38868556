using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore
{
    // An upload below this rate, in bytes a second, is taken for stuck.
    private const double SlowestUpload = 64 * 1024;
    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    public async Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        // PUT needs its length up front, and may need the bytes twice. Of a file or memory it is also certain that what
        // goes wrong in reading is not the caller's own exception, which the SDK would wrap.
        if (content is FileStream { CanSeek: true } or MemoryStream && content.Length - content.Position <= _limits.LargestPut)
            return await PutSeekableAsync(target, content, attributes, condition, cancellation);

        // A key that XML can't hold would spoil the answer that names the upload: it is stored by one PUT, or not at all.
        var isWhole = !S3Names.FitsXml(target.Key);
        await using var start = await TemporaryContent.SpoolAsync(
            content, isWhole ? long.MaxValue : _limits.UploadPart, cancellation);
        isWhole |= start.Length < _limits.UploadPart && start.Length <= _limits.LargestPut;
        return isWhole
            ? await PutSeekableAsync(target, start, attributes, condition, cancellation)
            : await PutInPartsAsync(target, start, content, attributes, condition, cancellation);
    }

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
            // A signature for each chunk is more than R2 understands, and Ceph keeps its Content-Encoding, aws-chunked.
            // Elsewhere than at AWS, TLS protects the bytes, or one signature for all of them.
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

    /// <summary>AWS: another conditional write of this key is under way; nothing was written, try again.</summary>
    private static bool IsOvertaken(AmazonS3Exception fault, PutCondition condition)
        => condition == PutCondition.IfAbsent && fault.StatusCode == HttpStatusCode.Conflict
            && fault.ErrorCode is "ConditionalRequestConflict" or "OperationAborted";
}
