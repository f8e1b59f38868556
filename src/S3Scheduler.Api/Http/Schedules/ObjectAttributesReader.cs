using System.Net.Http.Headers;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>Takes from a form's fields what is kept with the content: headers and metadata that HTTP and S3 can carry.</summary>
public sealed class ObjectAttributesReader(IReadOnlyDictionary<string, string> fields, Action<string, string> fault)
{
    /// <summary>S3's limit for user metadata, names and values together, less what the schedule's own id takes; in bytes.</summary>
    private const int MaxMetadataBytes = 2048 - 64;

    public ObjectAttributes Read(string? contentType) => new()
    {
        ContentType = MediaType(contentType),
        CacheControl = Header("Cache-Control"),
        ContentDisposition = Header("Content-Disposition"),
        ContentEncoding = Header("Content-Encoding"),
        ContentLanguage = Header("Content-Language"),
        Metadata = Metadata(),
    };

    // ASP.NET's own parser takes what HttpClient can't send on to a store.
    private string? MediaType(string? value)
    {
        if (value is not null && !(MediaTypeHeaderValue.TryParse(value, out var type) && !type.MediaType!.Contains('*', StringComparison.Ordinal)))
            fault(ScheduleForm.ContentField, "A Content-Type is a media type, such as application/json.");
        return value is null ? null : Printable(ScheduleForm.ContentField, value);
    }

    private string? Header(string name) =>
        fields.GetValueOrDefault(name) is { Length: > 0 } value ? Printable(name, value) : null;

    private Dictionary<string, string> Metadata()
    {
        var metadata = new Dictionary<string, string>();
        foreach (var (field, value) in fields)
        {
            if (!field.StartsWith(ScheduleForm.MetadataPrefix, StringComparison.Ordinal)) continue;
            var name = field[ScheduleForm.MetadataPrefix.Length..];
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
                fault(field, "The name of a metadata field has letters, digits, '-', '_' and '.' after x-amz-meta-.");
            else if (name == ScheduleId.MetadataName) fault(field, "This name is the service's own; choose another.");
            else metadata[name] = Printable(field, value);
        }

        var bytes = metadata.Sum(entry => entry.Key.Length + entry.Value.Length);
        if (bytes > MaxMetadataBytes)
            fault(ScheduleForm.MetadataPrefix + "*", $"Metadata has at most {MaxMetadataBytes} bytes, names and values together; these have {bytes}.");
        return metadata;
    }

    // What a header can't carry unchanged: other characters, and white space at an end.
    private string Printable(string field, string value)
    {
        if (value.Any(c => c is < ' ' or > '~') || value.Trim(' ') != value)
            fault(field, "A header or metadata value has printable ASCII characters only, and no space at an end; percent-encode others.");
        return value;
    }
}
