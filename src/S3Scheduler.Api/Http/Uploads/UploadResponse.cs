using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Uploads;

/// <summary>The one request that puts the content into the bucket. Whoever has it can send it.</summary>
/// <param name="Key">Names the schedule, which exists when the content is there.</param>
/// <param name="DueAt">When it is delivered, UTC, to the millisecond.</param>
/// <param name="Url">Where to send the content. Where the schedule exists, the bucket refuses it.</param>
/// <param name="Method">PUT.</param>
/// <param name="Headers">All to be sent along as they are; they are part of the URL's signature.</param>
/// <param name="ExpiresAt">Until when an upload can be begun, UTC: the due time, but an hour from now at the latest.</param>
public sealed record UploadResponse(
    string Key, DateTimeOffset DueAt, string Url, string Method,
    IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt)
{
    public static UploadResponse From(ScheduleKey key, Upload upload) =>
        new(key.ToString(), key.DueAt, upload.Put.Url, HttpMethods.Put, upload.Put.Headers, upload.ExpiresAt);
}
