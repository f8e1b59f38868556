namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>A request as it went to an S3 server, with the bucket in its path, and what IAM asks of who sends it.</summary>
/// <param name="Query">The names alone, in their order.</param>
/// <param name="Source">Of a copy: bucket/key; else empty.</param>
internal sealed record S3Request(string Method, string Bucket, string Key, string Query, string Source)
{
    private const char Separator = '\t';

    // They change what is asked for, not what of.
    private static readonly HashSet<string> Plain = ["prefix", "start-after", "max-keys", "encoding-type", "continuation-token", "x-id"];

    /// <summary>What may be asked of IAM. A batch of deletes names its keys in its body: the key is empty there.</summary>
    public IEnumerable<(string Action, string Bucket, string Key)> Needs => (Method, string.Join(',', Query.Split(',').Except(Plain)), Key) switch
    {
        ("GET", "list-type", "") => [("s3:ListBucket", Bucket, "")],
        ("POST", "delete", "") => [("s3:DeleteObject", Bucket, "")],
        ("GET" or "HEAD", "", not "") => [("s3:GetObject", Bucket, Key)],
        ("DELETE", "", not "") => [("s3:DeleteObject", Bucket, Key)],
        ("POST", "uploads", not "") or ("POST", "uploadId", not "") => [("s3:PutObject", Bucket, Key)],
        ("DELETE", "uploadId", not "") => [("s3:AbortMultipartUpload", Bucket, Key)],
        ("PUT", "" or "partNumber,uploadId", not "") when Source.Length == 0 => [("s3:PutObject", Bucket, Key)],
        ("PUT", "" or "partNumber,uploadId", not "") => [("s3:GetObject", Source.Split('/', 2)[0], Source.Split('/', 2)[1]), ("s3:PutObject", Bucket, Key)],
        _ => throw new NotSupportedException($"Which IAM actions does this request need? {this}"),
    };

    public static S3Request Of(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath[1..].Split('/', 2);
        var query = request.RequestUri.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')[0]);
        var source = request.Headers.TryGetValues("x-amz-copy-source", out var sources) ? sources.Single() : "";
        // Bucket and key are encoded as one there.
        source = source.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).TrimStart('/');
        return new S3Request(request.Method.Method, path[0], path.Length > 1 ? path[1] : "", string.Join(',', query), source);
    }

    /// <summary>One line; keys stay encoded.</summary>
    public string ToLine() => string.Join(Separator, Method, Bucket, Key, Query, Source);

    public static S3Request Parse(string line) => line.Split(Separator) switch
    {
        [var method, var bucket, var key, var query, var source] => new(method, bucket, key, query, source),
        _ => throw new FormatException(line),
    };
}
