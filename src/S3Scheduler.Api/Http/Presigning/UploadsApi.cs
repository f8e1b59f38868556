using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Http.Limits;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace S3Scheduler.Api.Http.Presigning;

public static class UploadsApi
{
    public static void MapUploads(this IEndpointRouteBuilder routes) => routes.MapPost("/schedules/uploads", Post)
        .RequireScope(Scopes.Write)
        .RequireRateLimiting(CallerLimits.Uploads)
        .WithTags("Schedules")
        .WithName("prepareUpload").WithSummary("Schedule a delivery, and put its content straight into the bucket")
        .WithDescription(
            "Answers with a presigned PUT: send the content to url, with all headers, before expiresAt, and the " +
            "schedule exists; no further call is needed. This call itself stores nothing. The bucket refuses a PUT " +
            "without the headers, with other headers, or after expiresAt (403), and if the schedule exists (412). An " +
            "upload that begins in time and ends after the due time is delivered late. dueAt must be in the future.")
        .LimitJson()
        .Answers(Status200OK, "Where and how to put the content; nothing is stored yet.")
        .ProducesValidationProblem()
        .ProducesProblem(Status408RequestTimeout)
        .ProducesProblem(Status429TooManyRequests)
        .Answers(Status409Conflict,
            "The schedule exists, so the bucket would refuse the content. The contents are not compared.")
        .Answers(Status413PayloadTooLarge, "The body is larger than 64 KiB.")
        .Answers(Status415UnsupportedMediaType, "The body is not JSON.")
        .Answers(Status501NotImplemented,
            "Schedules are kept in a directory, where clients can't put content, or uploads by URL are off because " +
            "the S3 server is not safe for them: send the content with POST /schedules.")
        .ProducesProblem(Status502BadGateway).ProducesProblem(Status503ServiceUnavailable);

    private static async Task<Results<Ok<UploadResponse>, ProblemHttpResult>> Post(
        UploadRequest request, ScheduleFolder folder, SchedulerOptions options, PresignedUploads uploads,
        HttpContext context, CancellationToken cancellation)
    {
        var asked = request.ToUpload(folder, options, Caller.Of(context));
        var result = await uploads.PrepareAsync(asked, cancellation);
        return result.Outcome switch
        {
            UploadOutcome.Prepared => TypedResults.Ok(UploadResponse.From(result.Key!, result.Upload!)),
            UploadOutcome.Exists => Problem.Exists(result.Key!),
            UploadOutcome.Off => Problem.UploadsOff(result.Trial!),
            _ => Problem.NoUploads(),
        };
    }
}

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
