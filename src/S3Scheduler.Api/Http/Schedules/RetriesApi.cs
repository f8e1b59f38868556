using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Schedules;

public static class RetriesApi
{
    public static void MapRetries(this RouteGroupBuilder schedules)
    {
        schedules.MapPost("/{key}/retry", Retry)
            .RequireScope(Scopes.Write)
            .RefuseCutKeys()
            .WithName("retrySchedule").WithSummary("Retry a failed schedule")
            .WithDescription("Makes it pending again, due now, under a key of its own.")
            .ProducesValidationProblem()
            .Answers(StatusCodes.Status404NotFound, "No such schedule has failed.")
            .Answers(StatusCodes.Status409Conflict, "It is still pending, or was delivered, or another request is "
                + "retrying it, or its destination is not allowed, or its content is archived; nothing was changed.");

        schedules.MapPost("/retry", RetryAll)
            .RequireScope(Scopes.Write)
            .Takes(ListParameters.OfRetry)
            .WithName("retrySchedules").WithSummary("Retry failed schedules")
            .WithDescription("A page of up to 1,000: call it again with after until next is null. Those whose "
                + "destination is not allowed, whose content is archived, or that the store refuses, stay failed. "
                + "Those that another request is retrying are left to it.");
    }

    private static async Task<Results<Ok<ScheduleResponse>, ProblemHttpResult>> Retry(
        [FromRoute] string key, Retries retries, DeliveredSchedules delivered, ScheduleFolder folder, Audit audit,
        HttpContext context, CancellationToken cancellation)
    {
        var parsed = KeyInPath.Read(key);
        var result = await retries.RetryAsync(parsed, cancellation);
        var (outcome, schedule) = result;
        if (outcome == RetryOutcome.Retried) audit.Retried(parsed, schedule!.Key, Caller.Of(context));
        return outcome switch
        {
            RetryOutcome.Retried => TypedResults.Ok(ScheduleResponse.From(schedule!)),
            RetryOutcome.StillPending => Problem.StillPending(parsed),
            RetryOutcome.UnderWay => Problem.UnderWay(parsed, result.Others, "retried"),
            RetryOutcome.NotAllowed =>
                Problem.NotAllowed(parsed, folder.FaultOf(parsed.Destination)!, "retried"),
            RetryOutcome.Archived => Problem.Archived(parsed),
            _ => await delivered.WhyNotPendingAsync(parsed, "retried", cancellation),
        };
    }

    private static async Task<Ok<RetriedResponse>> RetryAll(
        ListParameters parameters, Retries retries, Audit audit, HttpContext context, CancellationToken cancellation)
    {
        var caller = Caller.Of(context);
        var faults = new FieldFaults();
        var isDryRun = parameters.ReadDryRun(faults);
        var query = parameters.ToQuery(ScheduleStatus.Failed, caller.Destinations, faults) with
        {
            Limit = ScheduleQuery.MaxLimit,
        };
        var page = isDryRun
            ? await retries.CountAsync(query, cancellation)
            : await retries.RetryAllAsync(query, cancellation);
        if (page.Retried > 0 && !isDryRun) audit.Retried(page.Retried, query.Bucket, caller);
        return TypedResults.Ok(new RetriedResponse(page.Retried, page.Next?.ToString()));
    }
}

/// <param name="Retried">How many are pending again.</param>
/// <param name="Next">Give it as <c>after</c> in the next call; null if no failed schedules follow.</param>
public sealed record RetriedResponse(int Retried, [property: JsonRequired] string? Next);
