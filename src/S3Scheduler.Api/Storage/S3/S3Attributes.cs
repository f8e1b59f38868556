using System.Net.Http.Headers;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Attributes as headers of requests and answers.</summary>
internal static class S3Attributes
{
    // What S3 itself stores without a Content-Type. The SDK would send one guessed from the key, or text/plain.
    private const string NoContentType = "binary/octet-stream";
    private const string MetadataPrefix = "x-amz-meta-";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language",
    };

    /// <exception cref="StoreException">A value is none that a header can carry.</exception>
    public static void Write(ObjectAttributes from, HeadersCollection headers, MetadataCollection metadata)
    {
        headers.ContentType = ContentType(from.ContentType ?? NoContentType);
        headers.CacheControl = Checked("Cache-Control", from.CacheControl);
        headers.ContentDisposition = Checked("Content-Disposition", from.ContentDisposition);
        headers.ContentEncoding = Checked("Content-Encoding", from.ContentEncoding);
        headers["Content-Language"] = Checked("Content-Language", from.ContentLanguage);
        foreach (var (name, value) in from.Metadata)
            metadata[MetadataPrefix + Checked("The name of metadata", name)] = Checked(name, value);
    }

    /// <summary>The headers of an answer that are attributes. To be called before anything looks at them.</summary>
    public static Dictionary<string, string> Unparsed(HttpResponseMessage answer)
        => answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => Names.Contains(header.Key) || IsMetadata(header.Key))
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    public static ObjectAttributes Read(IReadOnlyDictionary<string, string> headers) => new()
    {
        ContentType = headers.GetValueOrDefault("Content-Type") is not (null or "" or NoContentType)
            ? headers["Content-Type"]
            : null,
        CacheControl = headers.GetValueOrDefault("Cache-Control"),
        ContentDisposition = headers.GetValueOrDefault("Content-Disposition"),
        ContentEncoding = headers.GetValueOrDefault("Content-Encoding"),
        ContentLanguage = headers.GetValueOrDefault("Content-Language"),
        Metadata = headers.Where(header => IsMetadata(header.Key)).ToDictionary(
            header => header.Key[MetadataPrefix.Length..].ToLowerInvariant(), header => header.Value),
    };

    private static bool IsMetadata(string name) => name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase);

    private static string ContentType(string value)
        => MediaTypeHeaderValue.TryParse(value, out _) ? Checked("Content-Type", value)! : throw Wrong("Content-Type");

    private static string? Checked(string name, string? value)
        => value is null || value.All(c => c is >= ' ' and <= '~') ? value : throw Wrong(name);

    private static StoreException Wrong(string name)
        => new("InvalidArgument", $"{name} has a value that a header can't carry.", isTransient: false);
}
