namespace S3Scheduler.Api.Scheduling;

public sealed record ScheduleResult(ScheduleOutcome Outcome, Schedule Schedule);

public enum ScheduleOutcome
{
    Created,

    /// <summary>The schedule exists with the same content and attributes.</summary>
    Existing,

    /// <summary>The schedule exists with other content or attributes. Nothing was changed.</summary>
    Conflict,
}

public enum CancelOutcome
{
    /// <summary>It was pending, and is never delivered.</summary>
    Cancelled,

    /// <summary>It had failed, and is deleted.</summary>
    FailedDeleted,

    NotFound,

    /// <summary>It is too late. Nothing was deleted.</summary>
    AlreadyDue,

    /// <summary>The delete was not acknowledged in time: a delivery may have come before it.</summary>
    Unknown,
}

/// <param name="Schedule">The new schedule, or the one it conflicts with; null: there is none.</param>
public sealed record RescheduleResult(RescheduleOutcome Outcome, Schedule? Schedule = null)
{
    /// <summary>The key that another caller gives the schedule; null: none, or it is not known.</summary>
    public ScheduleKey? Others { get; init; }
}

public enum RescheduleOutcome
{
    /// <summary>It is delivered at the new time, and not at the old one.</summary>
    Rescheduled,

    NotFound,

    /// <summary>Its destination is not allowed any more. Nothing was changed.</summary>
    NotAllowed,

    /// <summary>It is too late. Nothing was changed.</summary>
    AlreadyDue,

    /// <summary>Another schedule has that time and destination. Nothing was changed.</summary>
    Conflict,

    /// <summary>Another caller reschedules it at this moment, or has done so. Nothing was changed.</summary>
    UnderWay,

    /// <summary>It is delivered at the new time, and perhaps at the old one too.</summary>
    Unknown,
}

/// <param name="Schedule">The schedule that is pending now; null: there is none.</param>
public sealed record RetryResult(RetryOutcome Outcome, Schedule? Schedule = null)
{
    /// <inheritdoc cref="RescheduleResult.Others"/>
    public ScheduleKey? Others { get; init; }
}

public enum RetryOutcome
{
    Retried,

    NotFound,

    /// <summary>It is still pending, and sweeps go on with it.</summary>
    StillPending,

    /// <summary>Its destination is not allowed, so it would fail again. Nothing was changed.</summary>
    NotAllowed,

    /// <summary>Its content is archived, and must be restored first. Nothing was changed.</summary>
    Archived,

    /// <summary>Another caller retries it at this moment. Nothing was changed.</summary>
    UnderWay,
}

/// <param name="Next">Where the next page starts; null: there is none.</param>
public sealed record RetriedPage(int Retried, ScheduleKey? Next);

/// <param name="Key">Of the schedule; null where there are no uploads.</param>
/// <param name="Upload">Null: it was not prepared.</param>
public sealed record UploadResult(UploadOutcome Outcome, ScheduleKey? Key = null, Upload? Upload = null)
{
    /// <summary>Why uploads are off; null: they are not.</summary>
    public PutTrialResult? Trial { get; init; }
}

public enum UploadOutcome
{
    /// <summary>The client can upload. Nothing is stored yet.</summary>
    Prepared,

    /// <summary>The schedule exists, so the store would refuse the content.</summary>
    Exists,

    /// <summary>This store takes no uploads from clients.</summary>
    NotSupported,

    /// <summary>The server's presigned PUTs could do more than upload, or it refuses them.</summary>
    Off,
}

/// <summary>How to upload a schedule's content to the store.</summary>
/// <param name="ExpiresAt">By the store's clock, whole seconds.</param>
public sealed record Upload(PresignedPut Put, DateTimeOffset ExpiresAt);
