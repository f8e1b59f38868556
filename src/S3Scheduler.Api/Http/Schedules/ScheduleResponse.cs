using System.Text.Json.Serialization;
using S3Scheduler.Api.Scheduling;
using static System.Text.Json.Serialization.JsonIgnoreCondition;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>A schedule, as clients see it.</summary>
/// <param name="Key">Names the schedule; percent-encode it in a path.</param>
/// <param name="Status">Pending, failed or delivered.</param>
/// <param name="DueAt">When it is to be delivered, UTC, to the millisecond.</param>
/// <param name="Destination">Where it is delivered to.</param>
/// <param name="Size">Of the content, in bytes.</param>
/// <param name="CreatedAt">When it was stored, by the store's clock, UTC, whole seconds; only if it is pending.</param>
/// <param name="ContentType">Of the content; left out in a list, and if it was delivered.</param>
/// <param name="Metadata">
/// The x-amz-meta-* fields, without that prefix; left out in a list, and if it was delivered.
/// </param>
/// <param name="Failure">Only if it has failed.</param>
/// <param name="ScheduledBy">
/// The name of the API key, or the subject of the token, that scheduled it; left out in a list, and if callers need not
/// say who they are.
/// </param>
/// <param name="DeliveredAt">
/// When the copy to its destination was confirmed, by the store's clock, UTC; only if it was delivered.
/// </param>
/// <param name="LatenessMs">
/// How long after dueAt that was, in milliseconds, to about half a second; only if it was delivered.
/// </param>
/// <param name="ETag">Of the content, as the scheduler's bucket had it; only if it was delivered.</param>
public sealed record ScheduleResponse(
    string Key, ScheduleStatus Status, DateTimeOffset DueAt, DestinationResponse Destination, long Size,
    [property: JsonIgnore(Condition = WhenWritingNull)] DateTimeOffset? CreatedAt,
    [property: JsonIgnore(Condition = WhenWritingNull)] string? ContentType,
    [property: JsonIgnore(Condition = WhenWritingNull)] IReadOnlyDictionary<string, string>? Metadata,
    [property: JsonIgnore(Condition = WhenWritingNull)] Failure? Failure,
    [property: JsonIgnore(Condition = WhenWritingNull)] string? ScheduledBy,
    [property: JsonIgnore(Condition = WhenWritingNull)] DateTimeOffset? DeliveredAt,
    [property: JsonIgnore(Condition = WhenWritingNull)] long? LatenessMs,
    [property: JsonIgnore(Condition = WhenWritingNull), JsonPropertyName("etag")] string? ETag)
{
    public static ScheduleResponse From(Schedule schedule) => new(
        schedule.Key.ToString(), StatusOf(schedule),
        schedule.Key.DueAt, new(schedule.Key.Destination.Bucket, schedule.Key.Destination.Key), schedule.Size,
        schedule.CreatedAt, schedule.Attributes?.ContentType, schedule.Attributes?.Metadata, schedule.Failure,
        schedule.By, schedule.Proof?.DeliveredAt,
        (long?)(schedule.Proof?.DeliveredAt - schedule.Key.DueAt)?.TotalMilliseconds, schedule.Proof?.ETag);

    private static ScheduleStatus StatusOf(Schedule schedule) => schedule switch
    {
        { Proof: not null } => ScheduleStatus.Delivered,
        { Failure: not null } => ScheduleStatus.Failed,
        _ => ScheduleStatus.Pending,
    };
}

/// <summary>A bucket and a key in it.</summary>
public sealed record DestinationResponse(string Bucket, string Key);

/// <summary>Schedules in due order; delivered ones, newest first.</summary>
/// <param name="Next">Give it as <c>after</c> to get the next page; null if this is the last page.</param>
public sealed record SchedulePageResponse(
    IReadOnlyList<ScheduleResponse> Schedules, [property: JsonRequired] string? Next)
{
    public static SchedulePageResponse From(SchedulePage page) => From(page.Schedules, page.Next?.ToString());

    public static SchedulePageResponse From(DeliveredPage page) => From(page.Schedules, page.Next?.ToString());

    private static SchedulePageResponse From(IReadOnlyList<Schedule> schedules, string? next) =>
        new([.. schedules.Select(ScheduleResponse.From)], next);
}
