using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>One pending delivery.</summary>
/// <param name="Size">Of the content, in bytes.</param>
/// <param name="CreatedAt">By the store's clock, whole seconds.</param>
/// <param name="Attributes">What arrives with the content; null where it was only listed.</param>
public sealed record Schedule(ScheduleKey Key, long Size, DateTimeOffset CreatedAt, ObjectAttributes? Attributes)
{
    public static Schedule From(ScheduleKey key, ListedObject listed) =>
        new(key, listed.Size, WholeSeconds(listed.LastModified), null);

    public static Schedule From(ScheduleKey key, ObjectInfo info) =>
        new(key, info.Size, WholeSeconds(info.LastModified), ScheduleId.RemoveFrom(info.Attributes));

    public static Schedule Created(ScheduleKey key, NewSchedule schedule, ServerTime time) =>
        new(key, schedule.Content.Length, WholeSeconds(time.Date), schedule.Attributes);

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
}
