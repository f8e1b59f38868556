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
        ContentType = new("Content-Type", a => a.ContentType, (a, v) => a with { ContentType = v }),
        CacheControl = new("Cache-Control", a => a.CacheControl, (a, v) => a with { CacheControl = v }),
        ContentDisposition = new(
            "Content-Disposition", a => a.ContentDisposition, (a, v) => a with { ContentDisposition = v }),
        ContentEncoding = new("Content-Encoding", a => a.ContentEncoding, (a, v) => a with { ContentEncoding = v }),
        ContentLanguage = new("Content-Language", a => a.ContentLanguage, (a, v) => a with { ContentLanguage = v });

    public static readonly IReadOnlyList<ObjectHeader> All =
        [ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage];

    /// <summary>The member of a JSON body, such as <c>cacheControl</c>.</summary>
    public string JsonName { get; } = char.ToLowerInvariant(Name[0]) + Name[1..].Replace("-", "");
}
