using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>Takes from a request's fields when and where to deliver.</summary>
public sealed class ScheduleFieldsReader(IReadOnlyDictionary<string, string> fields, Action<string, string> fault)
{
    public const string DueAtFault =
        "A due time is RFC 3339 and before the year 10000, such as 2026-11-21T19:05:00Z; without an offset it is UTC.";

    /// <summary>Whether all of it is given, right or wrong.</summary>
    public bool IsComplete => Given(ScheduleForm.Bucket) is not null && Given(ScheduleForm.Key) is not null
        && (Given(ScheduleForm.DueAt) ?? Given(ScheduleForm.Delay)) is not null;

    public Due ReadDue()
    {
        var (dueAt, delay) = (Given(ScheduleForm.DueAt), Given(ScheduleForm.Delay));
        if (dueAt is null == delay is null)
        {
            fault(dueAt is null ? ScheduleForm.DueAt : ScheduleForm.Delay,
                $"Give either {ScheduleForm.DueAt} or {ScheduleForm.Delay}, {(dueAt is null ? "one of them" : "not both")}.");
            return default;
        }

        if (dueAt is not null)
        {
            if (DueTime.Parse(dueAt) is { } time) return new Due(time);
            fault(ScheduleForm.DueAt, DueAtFault);
        }
        else
        {
            if (DueTime.ParseDelay(delay!) is { } wait) return new Due(null, wait);
            fault(ScheduleForm.Delay, "A delay is an ISO 8601 duration of weeks, days, hours, minutes or seconds, such as PT10M.");
        }

        return default;
    }

    /// <summary>Null: it is wrong.</summary>
    public Destination? ReadDestination(ScheduleFolder folder)
    {
        var (bucket, key) = (Given(ScheduleForm.Bucket), Given(ScheduleForm.Key));
        var bucketFault = bucket is null ? "The destination's bucket is missing." : Destination.FaultOfBucket(bucket);
        var keyFault = key is null ? "The destination's key is missing." : Destination.FaultOfKey(key);
        if (bucketFault is not null) fault(ScheduleForm.Bucket, bucketFault);
        if (keyFault is not null) fault(ScheduleForm.Key, keyFault);
        if (bucketFault is not null || keyFault is not null) return null;

        var destination = new Destination(bucket!, key!);
        if (folder.FaultOf(new ScheduleKey(DueTime.Max, destination)) is { } wrong) fault(ScheduleForm.Key, wrong);
        return destination;
    }

    // An HTML form sends an empty value for an input that was left empty.
    private string? Given(string name) => fields.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
