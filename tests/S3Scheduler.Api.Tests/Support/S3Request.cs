namespace S3Scheduler.Api.Tests.Support;

/// <summary>A Copy is one request, or the last of a multipart upload, which makes an object of its parts.</summary>
internal enum S3Operation { Put, Copy, Get, Head, List, Delete, Other }

/// <summary>A request as an S3 server receives it, with the bucket in its path.</summary>
/// <param name="Key">The object's key, percent-encoded; empty if the request is about a bucket.</param>
/// <param name="Query">The names of its parameters, in their order.</param>
/// <param name="Source">The source of a copy as <c>bucket/key</c>, otherwise empty.</param>
internal sealed record S3Request(string Method, string Bucket, string Key, string Query, string Source)
{
    /// <summary>The x-amz- headers that the signature of a presigned URL does not cover, separated by commas.</summary>
    public string Unsigned { get; init; } = "";

    /// <summary>The region that its signature is for; empty if it has no header with a signature.</summary>
    public string Region { get; init; } = "";

    private const char Separator = '\t';

    // These parameters don't change what kind of request it is.
    private static readonly HashSet<string> Details =
        ["prefix", "start-after", "max-keys", "encoding-type", "continuation-token", "x-id"];

    /// <summary>The names of the parameters that tell one kind of request from another.</summary>
    public string Kind => string.Join(',', Query.Split(',').Except(Details));

    public S3Operation Operation => (Method, Kind, Key) switch
    {
        ("GET", "list-type", "") => S3Operation.List,
        ("GET", "", not "") => S3Operation.Get,
        ("HEAD", "", not "") => S3Operation.Head,
        ("PUT", "", not "") => Source.Length > 0 ? S3Operation.Copy : S3Operation.Put,
        ("POST", "uploadId", not "") => S3Operation.Copy,
        ("POST", "delete", "") or ("DELETE", "", not "") => S3Operation.Delete,
        _ => S3Operation.Other,
    };

    /// <param name="target">The path and query, as they are sent.</param>
    /// <param name="copySource">The header, in which bucket and key are encoded as one.</param>
    public static S3Request Of(string method, string target, string? copySource)
    {
        var parts = target.Split('?', 2);
        var path = parts[0][1..].Split('/', 2);
        var names = parts.Skip(1).SelectMany(query => query.Split('&')).Select(pair => pair.Split('=')[0]);
        var source = copySource?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).TrimStart('/') ?? "";
        return new S3Request(method, path[0], path.ElementAtOrDefault(1) ?? "", string.Join(',', names), source);
    }

    public string ToLine() => string.Join(Separator, Method, Bucket, Key, Query, Source);

    public static S3Request Parse(string line) => line.Split(Separator) switch
    {
        [var method, var bucket, var key, var query, var source] => new(method, bucket, key, query, source),
        _ => throw new FormatException(line),
    };
}
