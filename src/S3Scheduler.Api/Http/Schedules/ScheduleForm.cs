using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>The multipart form of <c>POST /schedules</c>, as far as it has been read.</summary>
public sealed class ScheduleForm(ScheduleFolder folder, Caller caller) : IAsyncDisposable
{
    private const string GivenOnce = "Give this field only once.";

    private readonly ScheduleDraft _draft = new();
    private readonly HashSet<string> _given = [];
    private readonly List<Stream> _contents = [];

    public FieldFaults Faults { get; } = new();

    public static readonly string UnknownField =
        "There is no such field. Fields are dueAt or delay, bucket, key, content, x-amz-meta-*, and "
        + $"{string.Join(", ", FieldNames.Headers.Select(FieldNames.Form.Header))}.";

    /// <param name="content">As in <see cref="NewSchedule"/>; the form disposes it.</param>
    public void SetContent(Stream content, string contentType)
    {
        if (_contents.Count > 0) Faults.Add(FieldNames.Content, GivenOnce);
        _contents.Add(content);
        _draft.ContentType = contentType;
    }

    /// <param name="name">As <see cref="Canonical"/> returns it.</param>
    public void Add(string name, string value)
    {
        if (!_given.Add(name)) Faults.Add(name, GivenOnce);
        else if (name == FieldNames.DueAt) _draft.DueAt = value;
        else if (name == FieldNames.Delay) _draft.Delay = value;
        else if (name == FieldNames.Bucket) _draft.Bucket = value;
        else if (name == FieldNames.Key) _draft.Key = value;
        else if (FindHeader(name) is { } header) _draft.Headers.Add(header, value);
        else _draft.Metadata.Add(name[ObjectHeader.MetadataPrefix.Length..], value);
    }

    /// <summary>A field's name in its one spelling: headers and metadata ignore case. Null if it is unknown.</summary>
    public static string? Canonical(string name) =>
        name is FieldNames.DueAt or FieldNames.Delay or FieldNames.Bucket or FieldNames.Key ? name
        : name.StartsWith(ObjectHeader.MetadataPrefix, StringComparison.OrdinalIgnoreCase) ? name.ToLowerInvariant()
        : FindHeader(name)?.Name;

    /// <summary>Other fields may follow.</summary>
    /// <exception cref="InvalidScheduleException">Fields are wrong; it names them all.</exception>
    /// <exception cref="RequestException">The caller may not deliver there.</exception>
    public void ThrowIfWrongSoFar()
    {
        if (HasDueTimeAndDestination) Read();
        Faults.ThrowIfAny();
    }

    /// <exception cref="InvalidScheduleException">Fields are missing or wrong; it names them all.</exception>
    /// <exception cref="RequestException">The caller may not deliver there.</exception>
    public NewSchedule ToSchedule()
    {
        var (due, destination, attributes) = Read();
        if (_contents.Count == 0)
            Faults.Add(FieldNames.Content, "The content is missing: send it as a file part or a plain field.");
        Faults.ThrowIfAny();
        return new NewSchedule(
            due, destination, _contents[0], attributes, caller.Name, TraceParent.OfRequest());
    }

    private (Due Due, Destination Destination, ObjectAttributes Attributes) Read() =>
        new ScheduleFieldsReader(_draft, FieldNames.Form, Faults).Read(folder, caller);

    private bool HasDueTimeAndDestination => _draft is { Bucket.Length: > 0, Key.Length: > 0 }
        and ({ DueAt.Length: > 0 } or { Delay.Length: > 0 });

    private static ObjectHeader? FindHeader(string name) =>
        FieldNames.Headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public async ValueTask DisposeAsync()
    {
        foreach (var content in _contents) await content.DisposeAsync();
    }
}
