using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using S3Scheduler.Api.Hosting;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Uploads;

public static class UploadsApi
{
    /// <param name="group">That of <c>/schedules</c>.</param>
    public static void MapUploads(this RouteGroupBuilder group) => group.MapPost("/uploads", Post)
        .WithName("prepareUpload")
        .WithSummary("Schedule a delivery, its content straight to the bucket")
        .WithDescription(
            "Answers with a presigned PUT: send the content to url, with all headers, before expiresAt, and the schedule exists, " +
            "with no further call. Nothing is stored by this one. The bucket refuses a PUT without the headers, with other ones, " +
            "after expiresAt (403), and where the schedule exists (412). An upload that is begun in time and ends after the due time is " +
            "delivered late. dueAt must lie ahead.")
        .WithMetadata(new RequestSizeLimitAttribute(RequestLimits.JsonBytes))
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status501NotImplemented);

    private static async Task<Results<Ok<UploadResponse>, ProblemHttpResult>> Post(
        UploadRequest request, ScheduleFolder folder, SchedulerOptions options, PresignedUploads uploads, CancellationToken cancellation)
    {
        var (outcome, key, upload) = await uploads.PrepareAsync(request.ToUpload(folder, options), cancellation);
        return outcome switch
        {
            UploadOutcome.Prepared => TypedResults.Ok(UploadResponse.From(key!, upload!)),
            UploadOutcome.Exists => Problem.Exists(key!),
            _ => Problem.NoUploads(),
        };
    }
}
