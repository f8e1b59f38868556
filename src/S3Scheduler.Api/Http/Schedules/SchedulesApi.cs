using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using S3Scheduler.Api.Http.Limits;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace S3Scheduler.Api.Http.Schedules;

public static class SchedulesApi
{
    private const string Route = "/schedules";

    public static void MapSchedules(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Route).WithTags("Schedules").HideOthersSchedules()
            .ProducesProblem(Status429TooManyRequests)
            .ProducesProblem(Status502BadGateway).ProducesProblem(Status503ServiceUnavailable);

        group.MapPost("/", Post)
            .RequireScope(Scopes.Write)
            .RequireRateLimiting(CallerLimits.Uploads)
            .WithName("createSchedule").WithSummary("Schedule a delivery")
            .WithDescription("Stores the content until its due time, then moves it to its destination. The same "
                + "request again changes nothing. What is due already is delivered at once, on Lambda within a minute.")
            .Describe(ScheduleFormDescription.Apply)
            .Answers(Status200OK, "The same schedule is stored already; nothing was changed.")
            .Answers(Status201Created, "It is stored, and delivered when it is due.")
            .ProducesValidationProblem()
            .ProducesProblem(Status408RequestTimeout)
            .Answers(Status409Conflict,
                "The schedule exists with other content, content type, headers or metadata; nothing was changed.")
            .Answers(Status413PayloadTooLarge, "The content is larger than the service takes.")
            .Answers(Status415UnsupportedMediaType, "The body is not multipart/form-data.");

        group.MapRead("/", List, "listSchedules", "headSchedules", list => list
            .RequireScope(Scopes.Read)
            .Takes(ListParameters.OfList)
            .WithSummary("List schedules")
            .WithDescription("In due order; delivered ones newest first, as their receipts were recorded: about a "
                + "second after the delivery, later after a crash. A page may have fewer than the limit, or none; "
                + "follow next until it is null.")
            .Describe(operation => operation.AddHeader(Status200OK, "Link", new()
            {
                Description = "The next page (RFC 8288, rel=next), if there is one.",
                Schema = EndpointDescriptions.Text(),
            })));

        group.MapSummary();

        group.MapRead("/{key}", Get, "getSchedule", "headSchedule", schedule => schedule
            .RequireScope(Scopes.Read)
            .RefuseCutKeys()
            .WithSummary("Read a schedule")
            .WithDescription("Also of one that has failed, or was delivered: its receipt is kept for 30 days, or as "
                + "Scheduler:ReceiptRetention says. One that is not found was cancelled, or its "
                + "receipt was removed.")
            .ProducesValidationProblem()
            .ProducesProblem(Status404NotFound));

        group.MapDelete("/{key}", Delete)
            .RequireScope(Scopes.Write)
            .RefuseCutKeys()
            .WithName("cancelSchedule").WithSummary("Cancel a schedule")
            .WithDescription("204: it is never delivered. 409: it is due within 2 seconds, and is delivered, or was. A "
                + "failed schedule is deleted.")
            .Answers(Status204NoContent, "It is cancelled, and never delivered. A URL of POST /schedules/uploads that "
                + "has not expired can create it again.")
            .ProducesValidationProblem()
            .ProducesProblem(Status404NotFound)
            .Answers(Status409Conflict, "It is due within 2 seconds or already: it is not cancelled, and is or was "
                + "delivered.")
            .Answers(Status504GatewayTimeout, "The store did not confirm in time: it may be cancelled or delivered.");

        group.MapPatch("/{key}", Patch)
            .RequireScope(Scopes.Write)
            .RefuseCutKeys()
            .RequireRateLimiting(CallerLimits.Uploads)
            .LimitJson()
            .WithName("reschedule").WithSummary("Reschedule")
            .WithDescription("Gives a pending schedule another due time, and so another key. 409: it is due within 2 "
                + "seconds, and is delivered; or another schedule has the new time and destination; or another request "
                + "is rescheduling it; or its destination is not allowed any more. 504: it is delivered at the new "
                + "time, and perhaps at the old one too.")
            .ProducesValidationProblem()
            .ProducesProblem(Status404NotFound)
            .ProducesProblem(Status408RequestTimeout)
            .Answers(Status409Conflict, "It is due within 2 seconds or already, or another schedule has the new time "
                + "and destination, or another request is rescheduling it, or its destination is not allowed any more; "
                + "nothing was changed.")
            .Answers(Status413PayloadTooLarge, "The body is larger than 64 KiB.")
            .Answers(Status415UnsupportedMediaType, "The body is not JSON.")
            .Answers(Status504GatewayTimeout, "It is delivered at the new time, and perhaps at the old one too.");

        group.MapContent();
        group.MapRetries();
        group.MapCancel();
        group.MapRescheduleMany();
    }

    private static async Task<Results<Created<ScheduleResponse>, Ok<ScheduleResponse>, ProblemHttpResult>> Post(
        HttpRequest request, ScheduleFormReader reader, Scheduler scheduler, Audit audit, SchedulerMetrics metrics,
        CancellationToken cancellation)
    {
        await using var form = await reader.ReadAsync(request, cancellation);
        var (outcome, schedule) = await scheduler.ScheduleAsync(form.ToSchedule(), cancellation);
        if (outcome == ScheduleOutcome.Created)
        {
            metrics.ScheduleCreated();
            audit.Scheduled(schedule.Key, Caller.Of(request.HttpContext));
        }

        return outcome switch
        {
            ScheduleOutcome.Created => TypedResults.Created(
                $"{request.PathBase}{Route}/{Uri.EscapeDataString(schedule.Key.ToString())}",
                ScheduleResponse.From(schedule)),
            ScheduleOutcome.Existing => TypedResults.Ok(ScheduleResponse.From(schedule)),
            _ => Problem.Conflict(schedule),
        };
    }

    private static async Task<Ok<SchedulePageResponse>> List(
        ListParameters parameters, ScheduleList list, DeliveredSchedules delivered, HttpContext context,
        CancellationToken cancellation)
    {
        var own = Caller.Of(context).Destinations;
        var page = parameters.IsOfDelivered
            ? SchedulePageResponse.From(await delivered.ReadAsync(parameters.ToDeliveredQuery(own), cancellation))
            : SchedulePageResponse.From(await list.ReadAsync(parameters.ToQuery(own), cancellation));
        if (page.Next is { } next) context.Response.Headers.Link = NextLink(context.Request, next);
        return TypedResults.Ok(page);
    }

    // By RFC 8288: the same query, but with what the next page follows.
    private static string NextLink(HttpRequest request, string next)
    {
        var others = request.Query.Where(p => !p.Key.Equals("after", StringComparison.OrdinalIgnoreCase));
        return $"<{request.PathBase}{Route}{QueryString.Create(others).Add("after", next)}>; rel=\"next\"";
    }

    private static async Task<Results<Ok<ScheduleResponse>, ProblemHttpResult>> Get(
        [FromRoute] string key, Scheduler scheduler, CancellationToken cancellation) =>
        await scheduler.GetAsync(KeyInPath.Read(key), cancellation) is { } schedule
            ? TypedResults.Ok(ScheduleResponse.From(schedule))
            : Problem.NotFound(key);

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        [FromRoute] string key, Scheduler scheduler, DeliveredSchedules delivered, Audit audit,
        SchedulerMetrics metrics, HttpContext context, CancellationToken cancellation)
    {
        var parsed = KeyInPath.Read(key);
        var outcome = await scheduler.CancelAsync(parsed, cancellation);
        if (outcome == CancelOutcome.Cancelled) metrics.SchedulesCancelled(1);
        if (outcome is CancelOutcome.Cancelled or CancelOutcome.FailedDeleted)
            audit.Cancelled(parsed, Caller.Of(context));
        return outcome switch
        {
            CancelOutcome.Cancelled or CancelOutcome.FailedDeleted => TypedResults.NoContent(),
            CancelOutcome.AlreadyDue => Problem.AlreadyDue(parsed, "cancelled"),
            CancelOutcome.Unknown => Problem.CancelUnknown(parsed),
            _ => await delivered.WhyNotPendingAsync(parsed, "cancelled", cancellation),
        };
    }

    private static async Task<Results<Ok<ScheduleResponse>, ProblemHttpResult>> Patch(
        [FromRoute] string key, RescheduleRequest request, Scheduler scheduler, DeliveredSchedules delivered,
        ScheduleFolder folder, Audit audit, HttpContext context, CancellationToken cancellation)
    {
        var parsed = KeyInPath.Read(key);
        var result = await scheduler.RescheduleAsync(parsed, request.ToDueAt(), cancellation);
        var (outcome, schedule) = result;
        if (outcome is RescheduleOutcome.Rescheduled or RescheduleOutcome.Unknown)
            audit.Rescheduled(parsed, schedule!.Key, Caller.Of(context));
        return outcome switch
        {
            RescheduleOutcome.Rescheduled => TypedResults.Ok(ScheduleResponse.From(schedule!)),
            RescheduleOutcome.NotAllowed =>
                Problem.NotAllowed(parsed, folder.FaultOf(parsed.Destination)!, "rescheduled"),
            RescheduleOutcome.AlreadyDue => Problem.AlreadyDue(parsed, "rescheduled"),
            RescheduleOutcome.UnderWay => Problem.UnderWay(parsed, result.Others, "rescheduled"),
            RescheduleOutcome.Conflict => Problem.Conflict(schedule!),
            RescheduleOutcome.Unknown => Problem.RescheduleUnknown(parsed, schedule!.Key),
            _ => await delivered.WhyNotPendingAsync(parsed, "rescheduled", cancellation),
        };
    }
}
