using System.Net.Http.Headers;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>Checks a draft: when and where to deliver, and which headers and metadata go along.</summary>
/// <param name="names">How the client spelled the fields; the faults use the same names.</param>
public sealed class ScheduleFieldsReader(ScheduleDraft draft, FieldNames names, FieldFaults faults)
{
    /// <summary>S3's limit in bytes for metadata, names and values together, without the service's own.</summary>
    private const int MaxMetadataBytes = 2048 - OwnMetadata.MaxBytes;

    /// <summary>Ceph answers 500 to a longer one.</summary>
    private const int MaxMetadataName = 80;

    /// <summary>S3's limit in bytes for headers, names and values together, without those that S3 adds.</summary>
    private const int MaxHeaderBytes = 2048 - 256;

    /// <summary>The values are only valid if no fault was added.</summary>
    /// <exception cref="RequestException">The caller may not deliver there.</exception>
    public (Due Due, Destination Destination, ObjectAttributes Attributes) Read(ScheduleFolder folder, Caller caller) =>
        (ReadDue(), ReadDestination(folder, caller)!, ReadAttributes());

    /// <summary>The key without one leading slash, as in the Python library. Only this method drops it.</summary>
    public static (string Key, string? Fault) ReadKey(string text)
    {
        var key = text.StartsWith('/') ? text[1..] : text;
        if (key.Length == 0) return (key, "A key has at least one character besides a leading '/'.");
        return (key, Destination.FaultOfKey(key));
    }

    private Due ReadDue() => (Given(draft.DueAt), Given(draft.Delay)) switch
    {
        (null, null) => Fault(FieldNames.DueAt, "Give either dueAt or delay, one of them."),
        ({ } dueAt, null) => DueTime.Parse(dueAt) is { } time
            ? new Due(time)
            : Fault(FieldNames.DueAt, TimeFaults.Of(dueAt)),
        (null, { } delay) => DueTime.ParseDelay(delay) is { } wait
            ? new Due(null, wait)
            : Fault(FieldNames.Delay, DelayFaults.Of(delay)),
        _ => Fault(FieldNames.Delay, "Give either dueAt or delay, not both."),
    };

    private Due Fault(string field, string fault)
    {
        faults.Add(field, fault);
        return default;
    }

    private Destination? ReadDestination(ScheduleFolder folder, Caller caller)
    {
        var bucketFault = Given(draft.Bucket) is { } bucket
            ? Destination.FaultOfBucket(bucket)
            : "The destination's bucket is missing.";
        var (key, keyFault) = Given(draft.Key) is { } text ? ReadKey(text) : ("", "The destination's key is missing.");
        faults.Add(FieldNames.Bucket, bucketFault);
        faults.Add(FieldNames.Key, keyFault);
        if (bucketFault is not null || keyFault is not null) return null;

        var destination = new Destination(draft.Bucket!, key);
        // First, so that the folder's faults tell such a caller nothing about the service's settings.
        if (!caller.MayDeliverTo(destination)) throw caller.Refuse();
        if (folder.FaultOf(new ScheduleKey(DueTime.Max, destination)) is { } fault) faults.Add(fault.Field, fault.Text);
        return destination;
    }

    private ObjectAttributes ReadAttributes()
    {
        var attributes = new ObjectAttributes { ContentType = ReadContentType(), Metadata = ReadMetadata() };
        foreach (var (header, value) in draft.Headers)
            if (Given(value) is { } given) attributes = header.With(attributes, Printable(names.Header(header), given));
        CheckSize(attributes);
        return attributes;
    }

    private void CheckSize(ObjectAttributes attributes)
    {
        var headers = (from header in ObjectHeader.All
                       let value = header.Get(attributes)
                       where value is not null
                       select (Header: header, Bytes: header.Name.Length + value.Length)).ToList();
        var bytes = headers.Sum(header => header.Bytes);
        if (bytes > MaxHeaderBytes)
            faults.Add(NameOf(headers.MaxBy(header => header.Bytes).Header), "The content type and the other headers "
                + $"have at most {MaxHeaderBytes} bytes, names and values together; these have {bytes}.");
    }

    private string NameOf(ObjectHeader header) =>
        header == ObjectHeader.ContentType ? names.ContentType : names.Header(header);

    // This is HttpClient's parser, because HttpClient sends the value to the store. ASP.NET's parser accepts more.
    private string? ReadContentType()
    {
        if (draft.ContentType is not { } value) return null;
        if (!MediaTypeHeaderValue.TryParse(value, out var type) || type.MediaType!.Contains('*'))
            faults.Add(names.ContentType, $"'{Echo.Of(value)}' is not a Content-Type. That is a media type of ASCII "
                + "characters, such as application/json.");
        return Printable(names.ContentType, value);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        foreach (var (name, value) in draft.Metadata)
        {
            var field = names.MetadataPrefix + name;
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
                faults.Add(field,
                    "The name of a metadata field has letters, digits, '-', '_' and '.' after x-amz-meta-.");
            else if (name.Length > MaxMetadataName)
                faults.Add(field, $"The name of a metadata field has at most {MaxMetadataName} characters after "
                    + $"x-amz-meta-; this one has {name.Length}.");
            else if (OwnMetadata.Names.Contains(AsStored(name)))
                faults.Add(field, "This name is the service's own; choose another."
                    + (name == AsStored(name) ? "" : " Some S3 servers store '_' as '-'."));
            else if (draft.Metadata.Keys.FirstOrDefault(n => n != name && AsStored(n) == AsStored(name)) is { } same)
                faults.Add(field, $"Some S3 servers store '_' as '-', so '{same}' is the same name there. Give one of "
                    + "them.");
            else Printable(field, value);
        }

        var bytes = draft.Metadata.Sum(entry => entry.Key.Length + entry.Value.Length);
        if (bytes > MaxMetadataBytes)
            faults.Add(names.Metadata,
                $"Metadata has at most {MaxMetadataBytes} bytes, names and values together; these have {bytes}.");
        return draft.Metadata;
    }

    // Ceph stores '_' as '-'. Of two fields that become one, a value would be lost.
    private static string AsStored(string name) => name.Replace('_', '-');

    // An HTTP header cannot carry anything else unchanged.
    private string Printable(string field, string value)
    {
        if (value.Any(c => c is < ' ' or > '~') || value.Trim(' ') != value)
            faults.Add(field, "A header or metadata value has printable ASCII characters only, and no space at an end; "
                + "percent-encode others.");
        return value;
    }

    // An HTML form sends an empty value for an input that was left empty.
    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
