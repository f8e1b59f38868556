using System.Text.Json.Serialization;
using S3Scheduler.Api.Scheduling;
using static System.Text.Json.Serialization.JsonIgnoreCondition;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>A schedule, as clients see it.</summary>
/// <param name="Key">Names the schedule; percent-encode it in a path.</param>
/// <param name="Status">Pending or failed.</param>
/// <param name="DueAt">When it is delivered, UTC, to the millisecond.</param>
/// <param name="Destination">Where it is delivered to.</param>
/// <param name="Size">Of the content, in bytes.</param>
/// <param name="CreatedAt">When it was stored, by the store's clock, UTC, whole seconds; only if it is pending.</param>
/// <param name="ContentType">Of the content; left out in a list.</param>
/// <param name="Metadata">The x-amz-meta-* fields, without that prefix; left out in a list.</param>
/// <param name="Failure">Only if it has failed.</param>
/// <param name="ScheduledBy">
/// The name of the API key, or the subject of the token, that scheduled it; left out in a list, and if callers need not
/// say who they are.
/// </param>
public sealed record ScheduleResponse(
    string Key, ScheduleStatus Status, DateTimeOffset DueAt, DestinationResponse Destination, long Size,
    [property: JsonIgnore(Condition = WhenWritingNull)] DateTimeOffset? CreatedAt,
    [property: JsonIgnore(Condition = WhenWritingNull)] string? ContentType,
    [property: JsonIgnore(Condition = WhenWritingNull)] IReadOnlyDictionary<string, string>? Metadata,
    [property: JsonIgnore(Condition = WhenWritingNull)] Failure? Failure,
    [property: JsonIgnore(Condition = WhenWritingNull)] string? ScheduledBy)
{
    public static ScheduleResponse From(Schedule schedule) => new(
        schedule.Key.ToString(), schedule.Failure is null ? ScheduleStatus.Pending : ScheduleStatus.Failed,
        schedule.Key.DueAt, new(schedule.Key.Destination.Bucket, schedule.Key.Destination.Key), schedule.Size,
        schedule.CreatedAt, schedule.Attributes?.ContentType, schedule.Attributes?.Metadata, schedule.Failure,
        schedule.By);
}

/// <summary>A bucket and a key in it.</summary>
public sealed record DestinationResponse(string Bucket, string Key);

/// <summary>Schedules in due order.</summary>
/// <param name="Next">Give it as <c>after</c> to get the next page; null if this is the last page.</param>
public sealed record SchedulePageResponse(
    IReadOnlyList<ScheduleResponse> Schedules, [property: JsonRequired] string? Next)
{
    public static SchedulePageResponse From(SchedulePage page) =>
        new([.. page.Schedules.Select(ScheduleResponse.From)], page.Next?.ToString());
}
