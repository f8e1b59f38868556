using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Layout;

/// <summary>A pending schedule as a LIST shows it.</summary>
/// <param name="Listed">Of the Python library's schedules, it stands at another key.</param>
public sealed record PendingSchedule(ScheduleKey Key, ListedObject Listed);

/// <summary>A schedule that could not be delivered, as a LIST shows it.</summary>
/// <param name="Code">The error code that says why.</param>
public sealed record FailedSchedule(ScheduleKey Key, string Code, ListedObject Listed);

/// <summary>A sweep lease as a LIST shows it.</summary>
public sealed record ListedLease(long Number, ListedObject Listed);
