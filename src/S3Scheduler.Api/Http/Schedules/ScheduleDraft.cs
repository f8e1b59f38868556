namespace S3Scheduler.Api.Http.Schedules;

/// <summary>A schedule as a form or a JSON body has it. A value that is null or empty was not given.</summary>
public sealed class ScheduleDraft
{
    public string? DueAt { get; set; }
    public string? Delay { get; set; }
    public string? Bucket { get; set; }
    public string? Key { get; set; }
    public string? ContentType { get; set; }

    /// <summary>All but the content type.</summary>
    public Dictionary<ObjectHeader, string?> Headers { get; init; } = [];

    /// <summary>By lower-case names without <c>x-amz-meta-</c>.</summary>
    public Dictionary<string, string> Metadata { get; } = [];
}

/// <summary>How clients spell the fields of a draft. Some names differ between a form and a JSON body.</summary>
public sealed record FieldNames(
    string ContentType, string Metadata, string MetadataPrefix, Func<ObjectHeader, string> Header)
{
    public const string DueAt = "dueAt";
    public const string Delay = "delay";
    public const string Bucket = "bucket";
    public const string Key = "key";
    public const string Content = "content";

    /// <summary>The headers that have a field of their own; the content type comes with the content.</summary>
    public static readonly IReadOnlyList<ObjectHeader> Headers =
        [.. ObjectHeader.All.Where(header => header != ObjectHeader.ContentType)];

    public static readonly FieldNames Form =
        new(Content, $"{ObjectHeader.MetadataPrefix}*", ObjectHeader.MetadataPrefix, header => header.Name);

    public static readonly FieldNames Json =
        new(ObjectHeader.ContentType.JsonName, "metadata", "metadata.", header => header.JsonName);
}
