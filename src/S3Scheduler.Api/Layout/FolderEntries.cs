namespace S3Scheduler.Api.Layout;

/// <summary>A pending schedule in a LIST.</summary>
/// <param name="Listed">A schedule of the Python library has another object key than <paramref name="Key"/>.</param>
public sealed record PendingSchedule(ScheduleKey Key, ListedObject Listed);

/// <summary>A failed schedule in a LIST.</summary>
/// <param name="Code">The error code that says why it failed.</param>
public sealed record FailedSchedule(ScheduleKey Key, string Code, ListedObject Listed);

/// <summary>A sweep lease in a LIST.</summary>
public sealed record ListedLease(long Number, ListedObject Listed);
