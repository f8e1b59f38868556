using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Schedules;

/// <summary>What one sweep did.</summary>
/// <param name="Outcome">swept; idle: nothing was due; busy: another sweep is under way.</param>
/// <param name="Delivered">Schedules that are at their destination now.</param>
/// <param name="Failed">Schedules that can't be delivered, and stand among the failed ones now.</param>
/// <param name="NextDueAt">When the next schedule is due, as far as this sweep saw; null: none that it saw.</param>
/// <param name="Remaining">Whether it ended before it had come to all that was due: the next one goes on.</param>
public sealed record SweepResponse(SweepOutcome Outcome, int Delivered, int Failed, DateTimeOffset? NextDueAt, bool Remaining)
{
    public static SweepResponse From(SweepResult result) =>
        new(result.Outcome, result.Delivered, result.Failed, result.NextDueAt, result.Remaining);
}
