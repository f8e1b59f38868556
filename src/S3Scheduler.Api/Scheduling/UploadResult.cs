using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

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
