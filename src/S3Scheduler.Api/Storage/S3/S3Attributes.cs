using System.Net.Http.Headers;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Attributes as headers of requests and answers.</summary>
internal static class S3Attributes
{
    // What S3 itself stores without a Content-Type. The SDK would send one guessed from the key, or text/plain.
    private const string NoContentType = "binary/octet-stream";
    private const string MetadataPrefix = "x-amz-meta-";

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

    public static ObjectAttributes Read(HeadersCollection headers, MetadataCollection metadata) => new()
    {
        ContentType = headers.ContentType is NoContentType or "" ? null : headers.ContentType,
        CacheControl = Given(headers.CacheControl),
        ContentDisposition = Given(headers.ContentDisposition),
        ContentEncoding = Given(headers.ContentEncoding),
        ContentLanguage = Given(headers["Content-Language"]),
        Metadata = metadata.Keys.ToDictionary(
            name => name[MetadataPrefix.Length..].ToLowerInvariant(), name => metadata[name]),
    };

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string ContentType(string value)
        => MediaTypeHeaderValue.TryParse(value, out _) ? Checked("Content-Type", value)! : throw Wrong("Content-Type");

    private static string? Checked(string name, string? value)
        => value is null || value.All(c => c is >= ' ' and <= '~') ? value : throw Wrong(name);

    private static StoreException Wrong(string name)
        => new("InvalidArgument", $"{name} has a value that a header can't carry.", isPassing: false);
}
