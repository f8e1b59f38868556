using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>The fields of the multipart form of <c>POST /schedules</c>, as they came in; makes a schedule of them.</summary>
public sealed class ScheduleForm : IAsyncDisposable
{
    public const string DueAt = "dueAt";
    public const string Delay = "delay";
    public const string Bucket = "bucket";
    public const string Key = "key";
    public const string ContentField = "content";
    public const string MetadataPrefix = "x-amz-meta-";

    /// <summary>Fields that arrive as headers of the delivered object, named as in S3's own POST form.</summary>
    public static readonly IReadOnlyList<string> Headers =
        ["Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language"];

    public const string UnknownField =
        "There is no such field. Fields are dueAt or delay, bucket, key, content, x-amz-meta-*, and " +
        "Cache-Control, Content-Disposition, Content-Encoding, Content-Language.";

    public const string LastFault =
        "Content of 16 MiB or more is the last part of the form: it is stored as it arrives. What follows it is not read.";

    private const string GivenOnce = "The field is given once.";

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _faults = [];

    private readonly List<Stream> _contents = [];
    private string? _contentType;

    /// <summary>Whether the content is still arriving: nothing that may follow it is known.</summary>
    public bool IsStreaming => _contents is [.., StreamedContent];

    /// <param name="content">As in <see cref="NewSchedule"/>; the form disposes it.</param>
    public void SetContent(Stream content, string contentType)
    {
        if (_contents.Count > 0) Fault(ContentField, GivenOnce);
        _contents.Add(content);
        _contentType = contentType;
    }

    /// <param name="name">In the spelling of this form; <see cref="Canonical"/> has it.</param>
    public void Add(string name, string value)
    {
        if (!_fields.TryAdd(name, value)) Fault(name, GivenOnce);
    }

    public void Fault(string name, string fault) => _faults.TryAdd(name, [fault]);

    /// <summary>How this form spells a field; names of headers and metadata are read in any case. Null: no such field.</summary>
    public static string? Canonical(string name) =>
        name is DueAt or Delay or Bucket or Key ? name
        : name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase) ? name.ToLowerInvariant()
        : Headers.FirstOrDefault(h => h.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="InvalidScheduleException">Fields are missing or wrong; it names them all.</exception>
    public NewSchedule ToSchedule(ScheduleFolder folder)
    {
        var delivery = new ScheduleFieldsReader(_fields, Fault);
        // First, as it may be why others are missing.
        if (IsStreaming && !delivery.IsComplete) Fault(ContentField, LastFault);
        var due = delivery.ReadDue();
        var destination = delivery.ReadDestination(folder);
        var attributes = new ObjectAttributesReader(_fields, Fault).Read(_contentType);
        if (_contents.Count == 0) Fault(ContentField, "The content is missing: send it as a file part or a plain field.");
        return _faults.Count == 0
            ? new NewSchedule(due, destination!, _contents[0], attributes)
            : throw new InvalidScheduleException(_faults);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var content in _contents) await content.DisposeAsync();
    }
}
