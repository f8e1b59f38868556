using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Objects on AWS S3, and on servers that speak its protocol (Ceph, MinIO, R2).</summary>
public sealed partial class S3ObjectStore : IObjectStore, IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _limit;
    private readonly MultipartLimits _limits;
    private readonly Spool _spool;
    private readonly S3Clients _clients;
    private readonly Uri? _uploadUrl;

    /// <param name="uploads">What presigned PUTs have of their own.</param>
    /// <param name="uploadFolder">Where all presigned PUTs go: a bucket, and what the keys start with.</param>
    /// <exception cref="StartupException">The section AWS of the configuration has a wrong value.</exception>
    public S3ObjectStore(
        IConfiguration configuration, TimeProvider time, ILogger<S3ObjectStore> logger, MultipartLimits? limits = null,
        Spool? spool = null, UploadSettings? uploads = null, ObjectAddress? uploadFolder = null)
    {
        var settings = new S3Settings(configuration);
        (_time, _logger) = (time, logger);
        _limits = limits ?? new MultipartLimits();
        _spool = spool ?? new Spool();
        _limit = settings.Timeout;
        Clock = new ServerClock(time);
        var presign = S3Credentials.ForUploads(settings.Options.Credentials, uploads, uploadFolder);
        _clients = new S3Clients(settings, Clock, presign);
        _uploadUrl = uploads?.Url is { } url ? new Uri(url) : null;
        if (_uploadUrl is not null && _clients.ServiceUrl is null)
            throw new StartupException(
                "Scheduler:Uploads:Url needs AWS:ServiceURL: AWS has one address for everybody.");
    }

    public ServerClock Clock { get; }

    public string Place => _clients.Place;

    public async Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation)
    {
        try
        {
            return await CallAsync(source, _limit, (call, limited) => FindAsync(call, source, limited), cancellation);
        }
        catch (StoreException refusal) when (!refusal.IsTransient && !refusal.IsServiceFault)
        {
            // HEAD's answer has no body, so it does not say whether this object may not be read, or whether only the
            // signature was too old, as after one answer with a wrong Date. GET's answer does.
            if (await GetAsync(source, 0, cancellation) is not { } found) return null;
            await using (found) return found.Info;
        }
    }

    public Task<StoredObject?> GetAsync(ObjectAddress source, long offset, CancellationToken cancellation)
        => CallAsync<StoredObject?>(source, _limit, async (call, limited) =>
        {
            var request = new GetObjectRequest { BucketName = source.Bucket, Key = source.Key };
            if (offset > 0) request.ByteRange = new ByteRange($"bytes={offset}-");
            var asked = _clients.Retrying(source.Bucket).GetObjectAsync(request, limited);
            var answer = await NullIfAsync(S3Faults.IsMissingObject, asked);
            if (answer is null) return null;
            var content = new S3Content(answer, source, _limit, _time);
            try
            {
                // Without a length, the SDK takes the content for empty. Without this status, the content is all of it.
                var isPart = answer.HttpStatusCode == HttpStatusCode.PartialContent;
                if (!call.HasLength || isPart != offset > 0) throw S3Faults.Empty(source);
                var info = S3ResponseMapper.Info(call, offset + answer.ContentLength, call.ETag, answer.LastModified);
                await content.EndAsync(limited);
                return new StoredObject(info, content);
            }
            catch
            {
                await content.DisposeAsync();
                throw;
            }
        }, cancellation, streamsContent: true);

    public async Task<ObjectPage> ListAsync(
        string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation)
    {
        S3Names.Check(bucket);
        return await LimitedAsync(new ObjectAddress(bucket, ""), _limit, async (call, limited) =>
        {
            call.Root = "ListBucketResult";
            var request = new ListObjectsV2Request
            {
                BucketName = bucket,
                Prefix = prefix,
                StartAfter = startAfter,
                MaxKeys = limit,
                // XML can't hold every key unencoded.
                Encoding = EncodingType.Url,
            };
            var answer = await _clients.Retrying(bucket).ListObjectsV2Async(request, limited);
            return S3ResponseMapper.Page(call, answer, request);
        }, cancellation);
    }

    public void Dispose() => _clients.Dispose();

    private async Task<ObjectInfo?> FindAsync(S3Call call, ObjectAddress source, CancellationToken cancellation)
    {
        // Without a body, the answer does not tell a missing bucket from a missing object.
        var asked = _clients.Once(source.Bucket).GetObjectMetadataAsync(
            source.Bucket, source.Key, cancellation);
        var answer = await NullIfAsync(
            fault => fault.StatusCode == HttpStatusCode.NotFound && call.Answer == AnswerOrigin.Store, asked);
        if (answer is null) return null;
        return S3ResponseMapper.Info(call, answer.ContentLength, answer.ETag, answer.LastModified);
    }

    private static async Task<T?> NullIfAsync<T>(Func<AmazonS3Exception, bool> isNull, Task<T> asked) where T : class
    {
        try
        {
            return await asked;
        }
        catch (AmazonS3Exception fault) when (isNull(fault))
        {
            return null;
        }
    }

    private async Task<T> CallAsync<T>(
        ObjectAddress at, TimeSpan limit, Func<S3Call, CancellationToken, Task<T>> ask, CancellationToken cancellation,
        bool streamsContent = false)
    {
        S3Names.Check(at);
        return await LimitedAsync(at, limit, ask, cancellation, streamsContent);
    }

    private async Task<T> LimitedAsync<T>(
        ObjectAddress at, TimeSpan limit, Func<S3Call, CancellationToken, Task<T>> ask, CancellationToken cancellation,
        bool streamsContent = false)
    {
        using var timer = new CancellationTokenSource(limit, _time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        for (string? region = _clients.RegionOf(at.Bucket); ; region = null)
        {
            var call = S3Call.Begin(at.Key, streamsContent, region);
            try
            {
                limited.Token.ThrowIfCancellationRequested();
                return await ask(call, limited.Token);
            }
            catch (AmazonS3Exception) when (call.IsMisdirected)
            {
                // The server has carried out nothing, so even a COPY can be sent again.
                _clients.Learn(at.Bucket, call.BucketRegion!);
            }
            catch (Exception fault) when (S3Faults.From(fault, at, call.Answer) is { } ours)
            {
                // A cancelled call can end with any exception, such as that of a broken connection.
                cancellation.ThrowIfCancellationRequested();
                throw ours;
            }
        }
    }
}
