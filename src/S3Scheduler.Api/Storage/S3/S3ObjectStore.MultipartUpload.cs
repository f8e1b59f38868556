using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore
{
    /// <summary>An object in parts. Dispose aborts it unless it was completed: else S3 keeps unseen parts.</summary>
    private sealed class MultipartUpload(
        S3ObjectStore store, ObjectAddress target, InitiateMultipartUploadResponse begun) : IAsyncDisposable
    {
        private const int Aborts = 2;

        // S3 needs minutes to assemble thousands of parts.
        private static readonly TimeSpan CompleteTime = TimeSpan.FromMinutes(10);
        private static readonly TimeSpan AbortTime = TimeSpan.FromSeconds(10);
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

        private readonly ConcurrentDictionary<int, PartETag> _parts = [];
        private bool _isOver;

        public static async Task<MultipartUpload> BeginAsync(
            S3ObjectStore store, ObjectAddress target, ObjectAttributes attributes, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            // A cancelled call waits a little for the response: an upload can't be aborted without its id.
            using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, store._time);
            await using var _ = cancellation.Register(() => late.CancelAfter(Patience));
            return await store.CallAsync(target, store._limit, async (call, limited) =>
            {
                var request = new InitiateMultipartUploadRequest { BucketName = target.Bucket, Key = target.Key };
                S3Attributes.Write(attributes, request.Headers, request.Metadata);
                call.ContentType = request.Headers.ContentType;
                call.Root = "InitiateMultipartUploadResult";
                var answer = await store._clients.Once(target.Bucket).InitiateMultipartUploadAsync(request, limited);
                S3Faults.ThrowIfEmpty(call, answer.UploadId, target);
                return new MultipartUpload(store, target, answer);
            }, late.Token);
        }

        public async Task PutPartAsync(int number, Stream content, CancellationToken cancellation)
            => _parts[number] = await store.CallAsync(target, store.UploadTime(content.Length), async (call, limited) =>
            {
                var answer = await Retrying.UploadPartAsync(new UploadPartRequest
                {
                    BucketName = target.Bucket,
                    Key = target.Key,
                    UploadId = begun.UploadId,
                    PartNumber = number,
                    InputStream = content,
                    PartSize = content.Length,
                    UseChunkEncoding = store._clients.IsAws,
                    DisablePayloadSigning = store.LeavesSigningToTls,
                }, limited);
                S3Faults.ThrowIfEmpty(call, answer.ETag, target);
                return new PartETag(answer, HasChecksums);
            }, cancellation);

        /// <returns>False: the source has been deleted or replaced.</returns>
        public Task<bool> CopyPartAsync(
            ObjectAddress source, string etag, (int Number, long From, long To) part, CancellationToken cancellation)
            => store.CallAsync(target, store._limit + CopyTime, async (call, limited) =>
            {
                call.Root = "CopyPartResult";
                var answer = await NullIfAsync(IsMissingOrReplaced, Retrying.CopyPartAsync(new()
                {
                    SourceBucket = source.Bucket,
                    SourceKey = source.Key,
                    DestinationBucket = target.Bucket,
                    DestinationKey = target.Key,
                    UploadId = begun.UploadId,
                    PartNumber = part.Number,
                    FirstByte = part.From,
                    LastByte = part.To,
                    ETagToMatch = [etag],
                }, limited));
                if (answer is null) return false;
                // Like COPY, it can fail after the 200.
                S3Faults.ThrowIfEmpty(call, answer.ETag, target);
                _parts[part.Number] = new PartETag(answer, HasChecksums);
                return true;
            }, cancellation);

        /// <returns>The new object's ETag. Null: the condition does not hold.</returns>
        public Task<(string? ETag, bool IsVersioned, ServerTime Time)> CompleteAsync(
            PutCondition condition, CancellationToken cancellation)
            => store.CallAsync(target, store._limit + CompleteTime, async (call, limited) =>
            {
                var parts = _parts.OrderBy(part => part.Key).Select(part => part.Value).ToList();
                var request = new CompleteMultipartUploadRequest
                {
                    BucketName = target.Bucket,
                    Key = target.Key,
                    UploadId = begun.UploadId,
                    PartETags = parts,
                    IfNoneMatch = condition == PutCondition.IfAbsent ? "*" : null,
                };
                // From here on the object may exist, even without a response: an abort could remove parts from it.
                _isOver = true;
                call.Root = "CompleteMultipartUploadResult";
                try
                {
                    var answer = await store._clients.Once(target.Bucket)
                        .CompleteMultipartUploadAsync(request, limited);
                    if (string.IsNullOrEmpty(answer.Key) && string.IsNullOrEmpty(answer.ETag))
                        throw S3Faults.Empty(target);
                    var isVersioned = S3ResponseMapper.IsVersioned(answer.VersionId);
                    return ((string?)ETag(answer, parts), isVersioned, S3ResponseMapper.Time(call));
                }
                catch (AmazonS3Exception refusal) when (refusal.StatusCode < HttpStatusCode.InternalServerError)
                {
                    _isOver = false;
                    if (refusal.StatusCode != HttpStatusCode.PreconditionFailed) throw;
                    return (null, false, S3ResponseMapper.Time(call));
                }
            }, cancellation);

        public async ValueTask DisposeAsync()
        {
            if (_isOver) return;
            try
            {
                // The second abort removes a part that arrived after the first abort.
                for (var abort = 0; abort < Aborts; abort++) await AbortAsync();
            }
            catch (StoreException)
            {
                // Nothing is left (NoSuchUpload), or a lifecycle rule removes it. The first fault matters more.
            }
        }

        private Task<AbortMultipartUploadResponse> AbortAsync()
            => store.CallAsync(target, AbortTime, (_, limited) => Retrying.AbortMultipartUploadAsync(
                target.Bucket, target.Key, begun.UploadId, limited), CancellationToken.None);

        private IAmazonS3 Retrying => store._clients.Retrying(target.Bucket);

        // A server that keeps checksums wants them again at the end; other servers do not know them.
        private bool HasChecksums => begun.ChecksumAlgorithm is not null;

        // A server that ignores the condition still answers 416 if the new object is too short for the range.
        private static bool IsMissingOrReplaced(AmazonS3Exception fault) => S3Faults.IsMissingObject(fault)
            || fault.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.RequestedRangeNotSatisfiable;

        // Ceph (16) leaves it empty, so it is calculated as AWS does.
        private static string ETag(CompleteMultipartUploadResponse answer, List<PartETag> parts)
        {
            if (!string.IsNullOrEmpty(answer.ETag)) return S3ResponseMapper.Quoted(answer.ETag);
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            foreach (var part in parts) md5.AppendData(Convert.FromHexString(part.ETag.Trim('"')));
            return $"\"{Convert.ToHexStringLower(md5.GetHashAndReset())}-{parts.Count}\"";
        }
    }
}
