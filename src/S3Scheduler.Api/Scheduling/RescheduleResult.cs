namespace S3Scheduler.Api.Scheduling;

/// <param name="Schedule">The new one; of a conflict, the one in the way; null: there is none.</param>
public sealed record RescheduleResult(RescheduleOutcome Outcome, Schedule? Schedule = null);

public enum RescheduleOutcome
{
    /// <summary>It is delivered at the new time, and not at the old one.</summary>
    Rescheduled,

    NotFound,

    /// <summary>Too late: nothing was changed.</summary>
    AlreadyDue,

    /// <summary>The new time and the destination are another schedule's, with other content: nothing was changed.</summary>
    Conflict,

    /// <summary>It is delivered at the new time; whether at the old one as well is not known.</summary>
    Unknown,
}
