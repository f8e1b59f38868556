namespace S3Scheduler.Api.Scheduling;

/// <param name="Next">Where the next page goes on; null if there is none.</param>
public sealed record SchedulePage(IReadOnlyList<Schedule> Schedules, ScheduleKey? Next);
