namespace S3Scheduler.Api.Storage;

/// <summary>
/// An attribute of an object that is an HTTP header. This table is the only place that spells the names: S3's requests
/// and answers, the fields of forms, and the members of JSON bodies all use it.
/// </summary>
/// <param name="Name">The header's name, which is also the name of the form field, as in S3's own POST form.</param>
public sealed record ObjectHeader(
    string Name, Func<ObjectAttributes, string?> Get, Func<ObjectAttributes, string?, ObjectAttributes> With)
{
    /// <summary>What the names of headers and form fields with user metadata start with.</summary>
    public const string MetadataPrefix = "x-amz-meta-";

    public static readonly ObjectHeader
        ContentType = new("Content-Type", a => a.ContentType, (a, value) => a with { ContentType = value }),
        CacheControl = new("Cache-Control", a => a.CacheControl, (a, value) => a with { CacheControl = value }),
        ContentDisposition = new(
            "Content-Disposition", a => a.ContentDisposition, (a, value) => a with { ContentDisposition = value }),
        ContentEncoding = new("Content-Encoding", a => a.ContentEncoding, (a, value) => a with { ContentEncoding = value }),
        ContentLanguage = new("Content-Language", a => a.ContentLanguage, (a, value) => a with { ContentLanguage = value });

    public static readonly IReadOnlyList<ObjectHeader> All =
        [ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage];

    /// <summary>The member of a JSON body, such as <c>cacheControl</c>.</summary>
    public string JsonName { get; } = char.ToLowerInvariant(Name[0]) + Name[1..].Replace("-", "");
}
