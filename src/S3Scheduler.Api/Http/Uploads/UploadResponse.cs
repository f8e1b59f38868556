using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Uploads;

/// <summary>The one request that puts the content into the bucket. Whoever has it can send it.</summary>
/// <param name="Key">Names the schedule, which exists as soon as the content has been put there.</param>
/// <param name="DueAt">When it is delivered, UTC, to the millisecond.</param>
/// <param name="Url">Where to send the content. The bucket refuses it if the schedule exists.</param>
/// <param name="Method">PUT.</param>
/// <param name="Headers">Send all of them unchanged; the URL's signature covers them.</param>
/// <param name="ExpiresAt">Begin the upload before this time, UTC: the due time, but at most an hour from now.</param>
public sealed record UploadResponse(
    string Key, DateTimeOffset DueAt, string Url, string Method,
    IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt)
{
    public static UploadResponse From(ScheduleKey key, Upload upload) =>
        new(key.ToString(), key.DueAt, upload.Put.Url, HttpMethods.Put, upload.Put.Headers, upload.ExpiresAt);
}
