using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Schedules;

/// <summary>What to change of a schedule.</summary>
/// <param name="DueAt">The new due time: RFC 3339; without an offset it is UTC. What is over is due now.</param>
public sealed record RescheduleRequest(string DueAt)
{
    /// <exception cref="InvalidScheduleException">It is no time.</exception>
    public DateTimeOffset ToDueAt() =>
        DueTime.Parse(DueAt ?? "") ?? throw new InvalidScheduleException(ScheduleForm.DueAt, ScheduleForm.DueAtFault);
}
