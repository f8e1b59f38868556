using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Schedules;

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

    public const string DueAtFault =
        "A due time is RFC 3339 and before the year 10000, such as 2026-11-21T19:05:00Z; without an offset it is UTC.";

    public const string UnknownField =
        "There is no such field. Fields are dueAt or delay, bucket, key, content, x-amz-meta-*, and " +
        "Cache-Control, Content-Disposition, Content-Encoding, Content-Language.";

    public const string LastFault =
        "Content of 16 MiB or more is the last part of the form: it is stored as it arrives, and the other fields say where.";

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
        var due = ReadDue();
        var destination = ReadDestination(folder);
        var attributes = new ObjectAttributesReader(_fields, Fault).Read(_contentType);
        if (IsStreaming && !IsComplete) Fault(ContentField, LastFault);
        if (_contents.Count == 0) Fault(ContentField, "The content is missing: send it as a file part or a plain field.");
        return _faults.Count == 0
            ? new NewSchedule(due, destination!, _contents[0], attributes)
            : throw new InvalidScheduleException(_faults);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var content in _contents) await content.DisposeAsync();
    }

    // An HTML form sends an empty value for an input that was left empty.
    private string? Given(string name) => _fields.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private bool IsComplete => Given(Bucket) is not null && Given(Key) is not null && (Given(DueAt) ?? Given(Delay)) is not null;

    private Due ReadDue()
    {
        var (dueAt, delay) = (Given(DueAt), Given(Delay));
        if (dueAt is null == delay is null)
        {
            Fault(dueAt is null ? DueAt : Delay, $"Give either {DueAt} or {Delay}, {(dueAt is null ? "one of them" : "not both")}.");
            return default;
        }

        if (dueAt is not null)
        {
            if (DueTime.Parse(dueAt) is { } time) return new Due(time);
            Fault(DueAt, DueAtFault);
        }
        else
        {
            if (DueTime.ParseDelay(delay!) is { } wait) return new Due(null, wait);
            Fault(Delay, "A delay is an ISO 8601 duration of weeks, days, hours, minutes or seconds, such as PT10M.");
        }

        return default;
    }

    private Destination? ReadDestination(ScheduleFolder folder)
    {
        var (bucket, key) = (Given(Bucket), Given(Key));
        var bucketFault = bucket is null ? "The destination's bucket is missing." : Destination.FaultOfBucket(bucket);
        var keyFault = key is null ? "The destination's key is missing." : Destination.FaultOfKey(key);
        if (bucketFault is not null) Fault(Bucket, bucketFault);
        if (keyFault is not null) Fault(Key, keyFault);
        if (bucketFault is not null || keyFault is not null) return null;

        var destination = new Destination(bucket!, key!);
        if (folder.FaultOf(new ScheduleKey(DueTime.Max, destination)) is { } fault) Fault(Key, fault);
        return destination;
    }
}
