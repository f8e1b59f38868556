using System.Text.Json;
using System.Text.Json.Serialization;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Schedules;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Presigning;

/// <summary>A schedule whose content the client puts straight into the bucket.</summary>
/// <param name="DueAt">When to deliver: RFC 3339; without an offset it is UTC. Give either this or delay.</param>
/// <param name="Delay">How long to wait: an ISO 8601 duration, such as PT10M. Give either this or dueAt.</param>
/// <param name="Bucket">The destination's bucket.</param>
/// <param name="Key">The destination's key in that bucket; one leading slash is dropped.</param>
/// <param name="ContentType">Arrives with the content; application/octet-stream if it is left out.</param>
/// <param name="Metadata">User metadata, names without x-amz-meta-: up to 1,792 bytes in all, printable ASCII.</param>
/// <param name="CacheControl">Set at the destination.</param>
/// <param name="ContentDisposition">Set at the destination.</param>
/// <param name="ContentEncoding">Set at the destination.</param>
/// <param name="ContentLanguage">Set at the destination.</param>
/// <param name="Size">Of the content, in bytes. The store refuses content of another size.</param>
/// <param name="Sha256">Of the content, as 64 hex digits. The store refuses other content.</param>
[Example("""
    {
      "dueAt": "2030-01-01T00:00:00Z", "bucket": "reports", "key": "2026/daily.json", "contentType": "application/json",
      "metadata": {"team": "billing"}
    }
    """)]
public sealed record UploadRequest(
    [property: JsonConverter(typeof(NumberAsText))] string? DueAt,
    [property: JsonConverter(typeof(NumberAsText))] string? Delay, string Bucket, string Key, string? ContentType,
    IReadOnlyDictionary<string, string>? Metadata, string? CacheControl, string? ContentDisposition,
    string? ContentEncoding, string? ContentLanguage, long? Size, string? Sha256)
{
    private const int HashDigits = 64;

    private static readonly string UnknownMember =
        "There is no such member. Members are dueAt or delay, bucket, key, contentType, metadata, "
        + $"{string.Join(", ", FieldNames.Headers.Select(FieldNames.Json.Header))}, size, sha256.";

    /// <summary>Unknown members. They are refused: if they were ignored, a misspelt one would do harm.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Others { get; init; } = new Dictionary<string, JsonElement>();

    /// <exception cref="InvalidScheduleException">Members are missing, wrong or unknown; it names them all.</exception>
    /// <exception cref="RequestException">The caller may not deliver there.</exception>
    public NewUpload ToUpload(ScheduleFolder folder, SchedulerOptions options, Caller caller)
    {
        var faults = new FieldFaults();
        foreach (var name in Others.Keys) faults.Add(name, UnknownMember);
        var draft = ToDraft(faults);
        var fields = new ScheduleFieldsReader(draft, FieldNames.Json, faults);
        var (due, destination, attributes) = fields.Read(folder, caller);
        faults.Add("size", FaultOfSize(Math.Min(options.MaxContentBytes, ExpectedContent.MaxSize)));
        if (Sha256 is not null && !(Sha256.Length == HashDigits && Sha256.All(char.IsAsciiHexDigit)))
            faults.Add("sha256", $"A SHA-256 is written as {HashDigits} hex digits, as sha256sum does.");
        faults.ThrowIfAny();
        var content = new ExpectedContent(Size, Sha256?.ToLowerInvariant());
        return new NewUpload(due, destination, attributes, content, caller.Name, TraceParent.OfRequest());
    }

    private ScheduleDraft ToDraft(FieldFaults faults)
    {
        var draft = new ScheduleDraft
        {
            DueAt = DueAt,
            Delay = Delay,
            Bucket = Bucket,
            Key = Key,
            ContentType = string.IsNullOrEmpty(ContentType) ? "application/octet-stream" : ContentType,
            Headers = new()
            {
                [ObjectHeader.CacheControl] = CacheControl,
                [ObjectHeader.ContentDisposition] = ContentDisposition,
                [ObjectHeader.ContentEncoding] = ContentEncoding,
                [ObjectHeader.ContentLanguage] = ContentLanguage,
            },
        };
        foreach (var (written, value) in Metadata ?? new Dictionary<string, string>())
        {
            var name = written.ToLowerInvariant();
            var field = FieldNames.Json.MetadataPrefix + name;
            if (value is null) faults.Add(field, "A metadata value is a string.");
            else if (!draft.Metadata.TryAdd(name, value)) faults.Add(field, "Give each name once; case is ignored.");
        }

        return draft;
    }

    private string? FaultOfSize(long max) => Size switch
    {
        // If the service has no limit of its own, the store's limit is enough.
        null => max < ExpectedContent.MaxSize ? $"Give the size in bytes: content has at most {max} here." : null,
        < 0 => "A size is a number of bytes, 0 or more.",
        _ => Size > max ? $"Content has at most {max} bytes here." : null,
    };
}
