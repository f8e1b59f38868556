namespace S3Scheduler.Api.Tests.Lies;

/// <summary>A request as an S3 server reads it, with the bucket in its path.</summary>
/// <param name="Key">Decoded; empty if the request is about a bucket.</param>
/// <param name="Headers">By their names in lower case.</param>
internal sealed record S3Message(
    S3Operation Operation, string Method, string Bucket, string Key, IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private const string SignedHeaders = "X-Amz-SignedHeaders";

    /// <summary>The trace of the client's call that the service makes this request for; empty: its own work.</summary>
    public string Trace => Headers.GetValueOrDefault("traceparent", "").Split('-') is [_, var trace, _, _] ? trace : "";

    /// <summary>What a COPY copies: bucket and key.</summary>
    public (string Bucket, string Key) Source
    {
        get
        {
            var parts = Uri.UnescapeDataString(Headers["x-amz-copy-source"]).TrimStart('/').Split('/', 2);
            return (parts[0], parts[1]);
        }
    }

    /// <summary>The region that it is signed for.</summary>
    public string Region => Headers.GetValueOrDefault("authorization", "").Split('/').ElementAtOrDefault(2) ?? "";

    /// <summary>The x-amz- headers that a signature in the URL does not cover.</summary>
    public IEnumerable<string> Unsigned => Query.TryGetValue(SignedHeaders, out var signed)
        ? Headers.Keys.Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal)).Except(signed.Split(';'))
        : [];

    /// <param name="head">The request line and the headers.</param>
    public static S3Message Parse(string head, byte[] body)
    {
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines[1..].Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1].Trim());
        var (method, target) = (lines[0].Split(' ')[0], lines[0].Split(' ')[1]);
        var pairs = target.Split('?', 2).Skip(1).SelectMany(all => all.Split('&')).ToList();
        // A signature in the URL does not make it another kind of request.
        var kind = string.Join('&', pairs.Where(pair => !pair.StartsWith("X-Amz-", StringComparison.Ordinal)));
        var request = S3Request.Of(
            method, target.Split('?')[0] + (kind.Length > 0 ? $"?{kind}" : ""),
            headers.GetValueOrDefault("x-amz-copy-source"));
        var query = pairs.Select(pair => pair.Split('=', 2)).ToDictionary(
            pair => pair[0], pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? ""));
        return new S3Message(
            request.Operation, method, request.Bucket, Uri.UnescapeDataString(request.Key), query, headers, body);
    }
}
