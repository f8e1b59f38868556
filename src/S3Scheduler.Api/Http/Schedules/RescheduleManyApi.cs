using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Scheduling.Many;

namespace S3Scheduler.Api.Http.Schedules;

public static class RescheduleManyApi
{
    public static void MapRescheduleMany(this RouteGroupBuilder schedules) => schedules.MapPost("/reschedule", Move)
        .RequireScope(Scopes.Write)
        .Takes(ListParameters.OfReschedule)
        .WithName("rescheduleMany").WithSummary("Reschedule many schedules")
        .WithDescription("Gives pending schedules another due time, or moves their times by a duration: a page of up "
            + "to 1,000. Call it again with after until next is null. At least one filter is required: bucket, "
            + "keyPrefix, from or to. The pages after the first leave out what was stored since the first began, so "
            + "that none is moved twice.")
        .Answers(StatusCodes.Status200OK, "What became of the schedules of this page.");

    private static async Task<Ok<RescheduledResponse>> Move(
        ListParameters parameters, Reschedules reschedules, Audit audit, HttpContext context,
        CancellationToken cancellation)
    {
        var (caller, faults) = (Caller.Of(context), new FieldFaults());
        parameters.RequireFilter(faults);
        var (time, isDryRun) = (parameters.ReadNewTime(faults), parameters.ReadDryRun(faults));
        var query = parameters.ToRescheduleQuery(caller.Destinations, faults);
        var page = await reschedules.RescheduleAsync(
            query with { Limit = Cancellations.PageSize }, time, isDryRun, cancellation);
        foreach (var (key, result) in page.Schedules)
            if (result is { Outcome: RescheduleOutcome.Rescheduled or RescheduleOutcome.Unknown, Schedule: { } now })
                audit.Rescheduled(key, now.Key, caller);

        return TypedResults.Ok(new RescheduledResponse(
            page.Count(RescheduleOutcome.Rescheduled), page.Count(RescheduleOutcome.AlreadyDue),
            page.Count(RescheduleOutcome.Conflict, RescheduleOutcome.UnderWay, RescheduleOutcome.NotAllowed),
            page.Count(RescheduleOutcome.Unknown), page.Next?.ToString()));
    }
}

/// <summary>What became of the schedules of a page.</summary>
/// <param name="Rescheduled">How many are delivered at the new time, and not at the old one.</param>
/// <param name="TooLate">How many are due within 2 seconds or already. They were not changed.</param>
/// <param name="Conflicts">
/// How many were not changed for another reason: another schedule has the new time and destination, or another request
/// is rescheduling it, or its destination is not allowed any more, or its content is archived, or its new time is too
/// far in the past.
/// </param>
/// <param name="Unresolved">
/// Of how many the store did not confirm that they are moved: each may be delivered at the old time, at the new one, or
/// at both.
/// </param>
/// <param name="Next">Give it as <c>after</c> in the next call; null if no schedules follow.</param>
[Example("""
    {
      "rescheduled": 997, "tooLate": 1, "conflicts": 1, "unresolved": 0,
      "next": "2029-12-31T23:00:00.000Z|2030-01-01T00:00:00.000Z|reports|hello.txt"
    }
    """)]
public sealed record RescheduledResponse(
    int Rescheduled, int TooLate, int Conflicts, int Unresolved, [property: JsonRequired] string? Next);
