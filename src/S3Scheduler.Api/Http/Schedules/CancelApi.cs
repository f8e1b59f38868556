using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Scheduling.Many;

namespace S3Scheduler.Api.Http.Schedules;

public static class CancelApi
{
    public static void MapCancel(this RouteGroupBuilder schedules) => schedules.MapPost("/cancel", Cancel)
        .RequireScope(Scopes.Write)
        .Takes(ListParameters.OfCancel)
        .Describe(DescribeStatus)
        .WithName("cancelSchedules").WithSummary("Cancel many schedules")
        .WithDescription("Cancels pending schedules, or deletes failed ones: a page of up to 1,000. Call it again with "
            + "after until next is null. At least one filter is required: bucket, keyPrefix, code, from or to.")
        .Answers(StatusCodes.Status200OK, "What became of the schedules of this page. A cancelled one is never "
            + "delivered. For those that it was too late for nothing was changed.");

    private static async Task<Ok<CancelledResponse>> Cancel(
        ListParameters parameters, Cancellations cancellations, Audit audit, SchedulerMetrics metrics,
        HttpContext context, CancellationToken cancellation)
    {
        var (caller, faults) = (Caller.Of(context), new FieldFaults());
        parameters.RequireFilter(faults);
        var isDryRun = parameters.ReadDryRun(faults);
        var query = parameters.ToQuery(parameters.ReadChanged(faults), caller.Destinations, faults);
        var page = await cancellations.CancelAsync(
            query with { Limit = Cancellations.PageSize }, isDryRun, cancellation);
        if (!isDryRun)
        {
            metrics.SchedulesCancelled(page.Count(CancelOutcome.Cancelled));
            foreach (var (schedule, outcome) in page.Schedules)
                if (outcome is CancelOutcome.Cancelled or CancelOutcome.FailedDeleted)
                    audit.Cancelled(schedule.Key, caller);
        }

        return TypedResults.Ok(new CancelledResponse(
            page.Count(CancelOutcome.Cancelled, CancelOutcome.FailedDeleted), page.Count(CancelOutcome.AlreadyDue),
            page.Count(CancelOutcome.Unknown), page.Next?.ToString()));
    }

    private static void DescribeStatus(OpenApiOperation operation)
    {
        var status = operation.Parameters!.OfType<OpenApiParameter>().Single(p => p.Name == "status");
        (status.Description, ((OpenApiSchema)status.Schema!).Enum) = ("Pending or failed ones.", ["pending", "failed"]);
    }
}

/// <summary>What became of the schedules of a page.</summary>
/// <param name="Cancelled">How many are cancelled, and never delivered; or had failed, and are deleted.</param>
/// <param name="TooLate">
/// How many are due within 2 seconds or already, or have failed but may still be delivered. They were not changed.
/// </param>
/// <param name="Unresolved">
/// Of how many the store did not confirm in time that they are deleted: each may be cancelled or delivered.
/// </param>
/// <param name="Next">Give it as <c>after</c> in the next call; null if no schedules follow.</param>
[Example("""{"cancelled": 998, "tooLate": 1, "unresolved": 0, "next": "2030-01-01T00:00:00.000Z|reports|hello.txt"}""")]
public sealed record CancelledResponse(
    int Cancelled, int TooLate, int Unresolved, [property: JsonRequired] string? Next);
