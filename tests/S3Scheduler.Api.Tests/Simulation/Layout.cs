using System.Text.Json;

namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Tells what kind of object a key of the scheduler's folder belongs to.</summary>
public sealed class Layout(SchedulerOptions options)
{
    private readonly ScheduleFolder _folder = new(options.Bucket, options.Folder);

    public bool IsPending(string key) => TryRead(key) is not null;

    public bool IsFailed(string key) => key.StartsWith(_folder.FailedPrefix, StringComparison.Ordinal);

    public bool IsMark(string key) => key.StartsWith(_folder.MarksPrefix, StringComparison.Ordinal);

    public ObjectAddress MarkOf(ScheduleKey key) => _folder.FailedMark(key);

    public static FailureMark ReadMark(string json) =>
        JsonSerializer.Deserialize<FailureMark>(json, JsonSerializerOptions.Web)!;

    public bool IsLease(string key) => key.StartsWith(_folder.LeasePrefix, StringComparison.Ordinal);

    public bool IsReceipt(string key) => key.StartsWith(_folder.ReceiptsPrefix, StringComparison.Ordinal);

    public static IEnumerable<Receipt> ReadReceipts(string lines) => lines
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonSerializer.Deserialize<Receipt>(line, JsonSerializerOptions.Web)!);

    /// <summary>Null: it is not the key of a pending schedule.</summary>
    public ScheduleKey? TryRead(string key)
    {
        var (own, python) = (_folder.Prefix, _folder.PythonPrefix);
        if (key.StartsWith(own, StringComparison.Ordinal) && ScheduleKey.TryParse(key[own.Length..], out var parsed))
            return parsed;
        return key.StartsWith(python, StringComparison.Ordinal) && PythonKey.TryParse(key, out parsed) ? parsed : null;
    }
}
