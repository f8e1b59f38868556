namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Tells the keys of the scheduler's folder apart.</summary>
public sealed class Layout(SchedulerOptions options)
{
    private readonly ScheduleFolder _folder = new(options.Bucket, options.Folder);

    public bool IsPending(string key) => TryRead(key) is not null;

    public bool IsFailed(string key) => key.StartsWith(_folder.FailedPrefix, StringComparison.Ordinal);

    public bool IsLease(string key) => key.StartsWith(_folder.BeforeLeases, StringComparison.Ordinal);

    /// <summary>Null: not a pending schedule's.</summary>
    public ScheduleKey? TryRead(string key) =>
        key.StartsWith(_folder.Prefix, StringComparison.Ordinal) && ScheduleKey.TryParse(key[_folder.Prefix.Length..], out var parsed)
            ? parsed
            : key.StartsWith(_folder.PythonPrefix, StringComparison.Ordinal) && PythonKey.TryParse(key, out parsed) ? parsed : null;
}
