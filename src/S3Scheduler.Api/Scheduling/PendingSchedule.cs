using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>A pending schedule as a LIST shows it.</summary>
public sealed record PendingSchedule(ScheduleKey Key, ListedObject Listed);
