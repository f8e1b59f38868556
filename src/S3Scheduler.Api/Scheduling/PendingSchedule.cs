using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>A pending schedule as a LIST shows it.</summary>
/// <param name="Listed">Of the Python library's schedules, it stands at another key.</param>
public sealed record PendingSchedule(ScheduleKey Key, ListedObject Listed);
