namespace S3Scheduler.Api.Scheduling;

public sealed record ScheduleResult(ScheduleOutcome Outcome, Schedule Schedule);

public enum ScheduleOutcome
{
    Created,

    /// <summary>The same schedule with the same content and attributes was there already.</summary>
    Existing,

    /// <summary>The same schedule was there with other content or attributes; nothing was changed.</summary>
    Conflict,
}
