using System.Text.Json;
using System.Text.Json.Serialization;
using S3Scheduler.Api.Hosting;
using S3Scheduler.Api.Http.Schedules;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Http.Uploads;

/// <summary>A schedule whose content is to be put straight into the bucket.</summary>
/// <param name="DueAt">When to deliver: RFC 3339; without an offset it is UTC. Give either this or delay.</param>
/// <param name="Delay">How long to wait from now: an ISO 8601 duration, such as PT10M. Give either this or dueAt.</param>
/// <param name="Bucket">The destination's bucket.</param>
/// <param name="Key">The destination's key in that bucket; one leading slash is dropped.</param>
/// <param name="ContentType">Arrives with the content; application/octet-stream if it is left out.</param>
/// <param name="Metadata">User metadata, names without x-amz-meta-: up to 1,984 bytes in all, printable ASCII.</param>
/// <param name="CacheControl">Set at the destination.</param>
/// <param name="ContentDisposition">Set at the destination.</param>
/// <param name="ContentEncoding">Set at the destination.</param>
/// <param name="ContentLanguage">Set at the destination.</param>
/// <param name="Size">Of the content, in bytes: another one is refused by the store.</param>
/// <param name="Sha256">Of the content, as 64 hex digits: another content is refused by the store.</param>
public sealed record UploadRequest(
    string? DueAt, string? Delay, string Bucket, string Key, string? ContentType,
    IReadOnlyDictionary<string, string>? Metadata, string? CacheControl, string? ContentDisposition, string? ContentEncoding,
    string? ContentLanguage, long? Size, string? Sha256)
{
    private const string UnknownMember =
        "There is no such member. Members are dueAt or delay, bucket, key, contentType, metadata, cacheControl, " +
        "contentDisposition, contentEncoding, contentLanguage, size, sha256.";

    private const int HashDigits = 64;

    /// <summary>What is not known: better refused than ignored.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Others { get; init; } = new Dictionary<string, JsonElement>();

    /// <exception cref="InvalidScheduleException">Members are missing or wrong; it names them all.</exception>
    public NewUpload ToUpload(ScheduleFolder folder, SchedulerOptions options)
    {
        var faults = Others.Keys.ToDictionary(name => name, _ => (string[])[UnknownMember]);
        void Fault(string field, string fault) => faults.TryAdd(Member(field), [fault]);

        var fields = Fields(Fault);
        var delivery = new ScheduleFieldsReader(fields, Fault);
        var upload = new NewUpload(
            delivery.ReadDue(), delivery.ReadDestination(folder)!,
            new ObjectAttributesReader(fields, Fault).Read(ContentType is { Length: > 0 } type ? type : "application/octet-stream"),
            new ExpectedContent(Size, Sha256?.ToLowerInvariant()));
        if (FaultOfSize(Math.Min(options.MaxContentBytes, ExpectedContent.MaxSize)) is { } wrong) Fault("size", wrong);
        if (Sha256 is not null && !(Sha256.Length == HashDigits && Sha256.All(char.IsAsciiHexDigit)))
            Fault("sha256", $"A SHA-256 is written as {HashDigits} hex digits, as sha256sum does.");
        return faults.Count == 0 ? upload : throw new InvalidScheduleException(faults);
    }

    // By the names of the form of POST /schedules, so that one set of rules holds for both.
    private Dictionary<string, string> Fields(Action<string, string> fault)
    {
        var fields = new Dictionary<string, string>
        {
            [ScheduleForm.DueAt] = DueAt ?? "",
            [ScheduleForm.Delay] = Delay ?? "",
            [ScheduleForm.Bucket] = Bucket ?? "",
            [ScheduleForm.Key] = Key ?? "",
            ["Cache-Control"] = CacheControl ?? "",
            ["Content-Disposition"] = ContentDisposition ?? "",
            ["Content-Encoding"] = ContentEncoding ?? "",
            ["Content-Language"] = ContentLanguage ?? "",
        };
        foreach (var (name, value) in Metadata ?? new Dictionary<string, string>())
        {
            var field = ScheduleForm.MetadataPrefix + name.ToLowerInvariant();
            if (value is null) fault(field, "A metadata value is a string.");
            else if (!fields.TryAdd(field, value)) fault(field, "The name is given once, in any case.");
        }

        return fields;
    }

    // As the client wrote it here.
    private static string Member(string field) => field switch
    {
        ScheduleForm.ContentField => "contentType",
        "Cache-Control" => "cacheControl",
        "Content-Disposition" => "contentDisposition",
        "Content-Encoding" => "contentEncoding",
        "Content-Language" => "contentLanguage",
        ScheduleForm.MetadataPrefix + "*" => "metadata",
        _ when field.StartsWith(ScheduleForm.MetadataPrefix, StringComparison.Ordinal) =>
            $"metadata.{field[ScheduleForm.MetadataPrefix.Length..]}",
        _ => field,
    };

    private string? FaultOfSize(long max) => Size switch
    {
        // Where the store's own limit is the limit, it need not be told.
        null => max < ExpectedContent.MaxSize ? $"Give the size in bytes: a content has at most {max} here." : null,
        < 0 => "A size is a number of bytes, 0 or more.",
        _ => Size > max ? $"A content has at most {max} bytes here." : null,
    };
}
