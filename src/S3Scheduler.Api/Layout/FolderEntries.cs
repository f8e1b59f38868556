namespace S3Scheduler.Api.Layout;

/// <summary>A pending schedule in a LIST.</summary>
/// <param name="Listed">A schedule of the Python library has another object key than <paramref name="Key"/>.</param>
public sealed record PendingSchedule(ScheduleKey Key, ListedObject Listed);

/// <summary>A failed schedule in a LIST.</summary>
/// <param name="Code">The error code that says why it failed.</param>
/// <param name="Listed">Its content, with the time of the failure.</param>
/// <param name="Mark">Null: its content was moved to <c>.failed</c>. If not, it is where it was.</param>
public sealed record FailedSchedule(ScheduleKey Key, string Code, ListedObject Listed, FailureMark? Mark = null)
{
    public static FailedSchedule From(ScheduleKey key, FailureMark mark) =>
        new(key, mark.Code, new ListedObject(mark.ObjectKey, mark.Size, mark.ETag, mark.WrittenAt), mark);
}

/// <summary>A sweep lease in a LIST.</summary>
public sealed record ListedLease(long Number, ListedObject Listed);

/// <summary>A claim on a schedule in a LIST.</summary>
public sealed record ListedClaim(int Number, ListedObject Listed);
