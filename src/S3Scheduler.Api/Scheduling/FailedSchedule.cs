using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>A schedule that could not be delivered, as a LIST shows it.</summary>
/// <param name="Code">The error code that says why.</param>
public sealed record FailedSchedule(ScheduleKey Key, string Code, ListedObject Listed);
