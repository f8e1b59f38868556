using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>
/// An S3 server in memory that always tells the truth: what the service needs of one, with keys of ASCII. Names of
/// metadata are kept as Ceph keeps them. It writes down what becomes of the objects.
/// </summary>
/// <param name="missing">A bucket that is not there. All others are there when they are needed.</param>
internal sealed class MemoryS3(TimeProvider time, string missing)
{
    public const string Region = "us-east-1";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, MemoryBucket> _buckets = [];
    private readonly List<StoreEvent> _events = [];

    /// <summary>What became of the objects so far.</summary>
    public IReadOnlyList<StoreEvent> Events { get { lock (_lock) return [.. _events]; } }

    /// <summary>Puts objects there that the service has not stored.</summary>
    public void Seed(string bucket, IEnumerable<string> keys)
    {
        lock (_lock) foreach (var key in keys) Bucket(bucket)[key] = New([], []);
    }

    /// <summary>Puts an object there that the service has not stored.</summary>
    public void Seed(
        string bucket, string key, string content, string etag, IReadOnlyList<(string Name, string Value)> headers)
    {
        lock (_lock) Bucket(bucket)[key] = New(Encoding.UTF8.GetBytes(content), headers) with { ETag = etag };
    }

    public IReadOnlyList<(string Key, MemoryObject Object)> List(string bucket, string prefix, int most = 1000)
    {
        lock (_lock) return [.. Bucket(bucket).After("", prefix).Take(most)];
    }

    public S3Reply Answer(S3Message request)
    {
        lock (_lock)
        {
            if (request.Region is not ("" or Region))
                return Error(request, "400 Bad Request", "AuthorizationHeaderMalformed", $"<Region>{Region}</Region>");
            if (request.Unsigned.Any()) return Error(request, "403 Forbidden", "AccessDenied");
            if (request.Bucket == missing) return Error(request, "404 Not Found", "NoSuchBucket");
            return request.Operation switch
            {
                S3Operation.List => List(request),
                S3Operation.Get or S3Operation.Head => Get(request),
                S3Operation.Put => Put(request),
                S3Operation.Copy => Copy(request),
                S3Operation.Delete when request.Key.Length > 0 => DeleteOne(request),
                S3Operation.Delete => DeleteMany(request),
                _ => Error(request, "501 Not Implemented", "NotImplemented"),
            };
        }
    }

    public S3Reply Reply(S3Message request, string status, string xml = "") => new(
        status, Encoding.UTF8.GetBytes(xml), request.Method != "HEAD",
        ("Date", time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)), ("x-amz-request-id", "1"),
        ("Content-Type", "application/xml"));

    public S3Reply Error(S3Message request, string status, string code, string more = "") =>
        Reply(request, status, $"<Error><Code>{code}</Code><Message>Told to.</Message>{more}</Error>");

    private MemoryBucket Bucket(string name) =>
        _buckets.TryGetValue(name, out var bucket) ? bucket : _buckets[name] = new MemoryBucket();

    private MemoryObject New(byte[] content, IReadOnlyList<(string, string)> headers) => new(
#pragma warning disable CA5351 // S3's ETag is an MD5.
        content, $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"", headers, Now());
#pragma warning restore CA5351

    private DateTimeOffset Now() => time.GetUtcNow();

    private S3Reply List(S3Message request)
    {
        var (prefix, most) = (request.Query.GetValueOrDefault("prefix", ""), int.Parse(
            request.Query.GetValueOrDefault("max-keys", "1000"), CultureInfo.InvariantCulture));
        var found = Bucket(request.Bucket).After(request.Query.GetValueOrDefault("start-after", ""), prefix)
            .Take(most + 1).ToList();
        return Page(request, found.Take(most), found.Count > most);
    }

    public S3Reply Page(S3Message request, IEnumerable<(string Key, MemoryObject Object)> found, bool isTruncated) =>
        Reply(request, "200 OK", "<ListBucketResult><EncodingType>url</EncodingType>"
            + $"<IsTruncated>{(isTruncated ? "true" : "false")}</IsTruncated>"
            + string.Concat(found.Select(f => $"<Contents><Key>{Uri.EscapeDataString(f.Key)}</Key>"
                + $"<Size>{f.Object.Content.Length}</Size><ETag>{SecurityElement.Escape(f.Object.ETag)}</ETag>"
                + $"<LastModified>{f.Object.StoredAt:yyyy-MM-ddTHH:mm:ss.000Z}</LastModified></Contents>"))
            + "</ListBucketResult>");

    private S3Reply Get(S3Message request)
    {
        if (Bucket(request.Bucket)[request.Key] is not { } found)
            return Error(request, "404 Not Found", "NoSuchKey");
        var reply = Reply(request, "200 OK") with { Body = found.Content };
        foreach (var (name, value) in found.Headers) reply = reply.With(name, value);
        return reply.With("ETag", found.ETag)
            .With("Last-Modified", found.StoredAt.ToString("R", CultureInfo.InvariantCulture));
    }

    private S3Reply Put(S3Message request)
    {
        var bucket = Bucket(request.Bucket);
        if (request.Headers.ContainsKey("if-none-match") && bucket[request.Key] is not null)
            return Error(request, "412 Precondition Failed", "PreconditionFailed");
        var kept = request.Headers.Where(h => IsKept(h.Key)).Select(h => (Name: AsKept(h.Key), h.Value)).ToList();
        // Ceph signs such headers as one, so its signature is another one.
        if (kept.DistinctBy(h => h.Name).Count() < kept.Count)
            return Error(request, "403 Forbidden", "SignatureDoesNotMatch");
        var stored = bucket[request.Key] = New(request.Body, kept);
        _events.Add(new StoreEvent(Now(), StoreEventKind.Stored, request.Bucket, request.Key));
        return Reply(request, "200 OK").With("ETag", stored.ETag);
    }

    private static bool IsKept(string header) => header is "content-type" or "cache-control" or "content-disposition"
        || header.StartsWith("x-amz-meta-", StringComparison.Ordinal);

    private static string AsKept(string header) => header.Replace('_', '-');

    private S3Reply Copy(S3Message request)
    {
        var source = request.Source;
        if (Bucket(source.Bucket)[source.Key] is not { } found)
            return Error(request, "404 Not Found", "NoSuchKey");
        var copy = Bucket(request.Bucket)[request.Key] = found with { StoredAt = Now() };
        _events.Add(new StoreEvent(Now(), StoreEventKind.Copied, request.Bucket, request.Key)
        {
            Source = source.Key,
            Content = Encoding.UTF8.GetString(found.Content),
        });
        return Reply(request, "200 OK", $"<CopyObjectResult><ETag>{SecurityElement.Escape(copy.ETag)}</ETag>"
            + $"<LastModified>{copy.StoredAt:yyyy-MM-ddTHH:mm:ss.000Z}</LastModified></CopyObjectResult>");
    }

    private S3Reply DeleteOne(S3Message request)
    {
        Delete(request.Bucket, request.Key);
        return Reply(request, "204 No Content").Without("Content-Type");
    }

    private S3Reply DeleteMany(S3Message request)
    {
        var keys = KeysToDelete(request);
        foreach (var key in keys) Delete(request.Bucket, key);
        return Reply(request, "200 OK", "<DeleteResult>" + string.Concat(keys.Select(
            key => $"<Deleted><Key>{SecurityElement.Escape(key)}</Key></Deleted>")) + "</DeleteResult>");
    }

    public static IReadOnlyList<string> KeysToDelete(S3Message request) =>
        [.. XDocument.Load(new MemoryStream(request.Body)).Descendants().Where(e => e.Name.LocalName == "Key")
            .Select(e => e.Value)];

    private void Delete(string bucket, string key)
    {
        if (Bucket(bucket)[key] is null) return;
        Bucket(bucket)[key] = null;
        _events.Add(new StoreEvent(Now(), StoreEventKind.Deleted, bucket, key));
    }
}

internal enum StoreEventKind { Stored, Copied, Deleted }

/// <param name="At">By the server's clock.</param>
internal sealed record StoreEvent(DateTimeOffset At, StoreEventKind Kind, string Bucket, string Key)
{
    /// <summary>Of a copy: the key that it was copied from.</summary>
    public string Source { get; init; } = "";

    /// <summary>Of a copy.</summary>
    public string Content { get; init; } = "";
}
