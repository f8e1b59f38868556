using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;

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

/// <param name="Schedule">The one that is pending now; null: there is none.</param>
public sealed record RetryResult(RetryOutcome Outcome, Schedule? Schedule);

public enum RetryOutcome
{
    Retried,

    NotFound,

    /// <summary>It is pending, and a sweep goes on with it.</summary>
    StillPending,
}

/// <param name="Next">Where the next page goes on; null if there is none.</param>
public sealed record RetriedPage(int Retried, ScheduleKey? Next);

/// <param name="Key">Of the schedule; null where uploads are not supported.</param>
/// <param name="Upload">Null unless it is prepared.</param>
public sealed record UploadResult(UploadOutcome Outcome, ScheduleKey? Key = null, Upload? Upload = null);

public enum UploadOutcome
{
    /// <summary>Nothing is stored yet.</summary>
    Prepared,

    /// <summary>The schedule exists: the store would refuse the content.</summary>
    Exists,

    /// <summary>Clients can't reach this store.</summary>
    NotSupported,
}

/// <summary>The way to put a schedule's content into the store.</summary>
/// <param name="ExpiresAt">By the store's clock, whole seconds.</param>
public sealed record Upload(PresignedPut Put, DateTimeOffset ExpiresAt);
