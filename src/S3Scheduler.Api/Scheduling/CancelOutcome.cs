namespace S3Scheduler.Api.Scheduling;

public enum CancelOutcome
{
    /// <summary>It is never delivered.</summary>
    Cancelled,

    NotFound,

    /// <summary>Too late: nothing was deleted.</summary>
    AlreadyDue,

    /// <summary>The deletion was not acknowledged early enough to say whether a delivery came before it.</summary>
    Unknown,
}
