using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Uploads;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Schedules;

public static class SchedulesApi
{
    private const string Route = "/schedules";

    public static void MapSchedules(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Route).WithTags("Schedules")
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        group.MapPost("/", Post)
            .WithName("createSchedule")
            .WithSummary("Schedule a delivery")
            .WithDescription(
                "Stores the content until its due time, then moves it to its destination. The same request again changes nothing. " +
                "What is due already is delivered at once.")
            .WithMetadata(new ScheduleFormBody())
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

        group.MapGet("/", List)
            .RefuseOtherParametersThan(ListParameters.Names)
            .WithName("listSchedules")
            .WithSummary("List schedules")
            .WithMetadata(new ListQuery())
            .WithDescription("In due order. A page may hold fewer than the limit, even none, where a filter leaves out many; follow next until it is null.")
            .ProducesValidationProblem();

        group.MapGet("/{key}", Get)
            .WithName("getSchedule")
            .WithSummary("Read a schedule")
            .ProducesProblem(StatusCodes.Status404NotFound);

        group.MapMethods("/{key}", [HttpMethods.Head], Get)
            .WithName("headSchedule")
            .WithSummary("Is there such a schedule?")
            .WithDescription("As GET, without the body.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        group.MapDelete("/{key}", Delete)
            .WithName("cancelSchedule")
            .WithSummary("Cancel a schedule")
            .WithDescription("204: it is never delivered. 409: it is due within 2 seconds, and is delivered. A failed schedule is deleted.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);

        group.MapPatch("/{key}", Patch)
            .WithMetadata(new RequestSizeLimitAttribute(RequestLimits.JsonBytes))
            .WithName("reschedule")
            .WithSummary("Reschedule")
            .WithDescription(
                "Gives a pending schedule another due time, and with it another key. 409: it is due within 2 seconds, and is delivered; or " +
                "the new time is another schedule's. 504: it is delivered at the new time, and perhaps at the old one too.")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);

        group.MapContent();
        group.MapRetries();
        group.MapUploads();
    }

    private static async Task<Results<Created<ScheduleResponse>, Ok<ScheduleResponse>, ProblemHttpResult>> Post(
        HttpRequest request, ScheduleFormReader reader, ScheduleFolder folder, Scheduler scheduler, CancellationToken cancellation)
    {
        await using var form = await reader.ReadAsync(request, cancellation);
        var (outcome, schedule) = await scheduler.ScheduleAsync(form.ToSchedule(folder), cancellation);
        return outcome switch
        {
            ScheduleOutcome.Created => TypedResults.Created(
                $"{request.PathBase}{Route}/{Uri.EscapeDataString(schedule.Key.ToString())}", ScheduleResponse.From(schedule)),
            ScheduleOutcome.Existing => TypedResults.Ok(ScheduleResponse.From(schedule)),
            _ => Problem.Conflict(schedule),
        };
    }

    private static async Task<Ok<SchedulePageResponse>> List(
        [AsParameters] ListParameters parameters, ScheduleList list, HttpContext context, CancellationToken cancellation)
    {
        var page = await list.ReadAsync(parameters.ToQuery(), cancellation);
        if (page.Next is { } next) context.Response.Headers.Link = NextLink(context.Request, next);
        return TypedResults.Ok(SchedulePageResponse.From(page));
    }

    // RFC 8288: the same request with another after.
    private static string NextLink(HttpRequest request, ScheduleKey next)
    {
        var others = request.Query.Where(p => !p.Key.Equals("after", StringComparison.OrdinalIgnoreCase));
        return $"<{request.PathBase}{Route}{QueryString.Create(others).Add("after", next.ToString())}>; rel=\"next\"";
    }

    private static async Task<Results<Ok<ScheduleResponse>, ProblemHttpResult>> Get(
        [FromRoute] string key, Scheduler scheduler, CancellationToken cancellation) =>
        ScheduleKey.TryParse(key, out var parsed) && await scheduler.GetAsync(parsed, cancellation) is { } schedule
            ? TypedResults.Ok(ScheduleResponse.From(schedule))
            : Problem.NotFound(key);

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        [FromRoute] string key, Scheduler scheduler, CancellationToken cancellation)
    {
        if (!ScheduleKey.TryParse(key, out var parsed)) return Problem.NotFound(key);
        return await scheduler.CancelAsync(parsed, cancellation) switch
        {
            CancelOutcome.Cancelled or CancelOutcome.FailedDeleted => TypedResults.NoContent(),
            CancelOutcome.AlreadyDue => Problem.AlreadyDue(parsed, "cancelled"),
            CancelOutcome.Unknown => Problem.CancelUnknown(parsed),
            _ => Problem.NotFound(key),
        };
    }

    private static async Task<Results<Ok<ScheduleResponse>, ProblemHttpResult>> Patch(
        [FromRoute] string key, RescheduleRequest request, Scheduler scheduler, CancellationToken cancellation)
    {
        if (!ScheduleKey.TryParse(key, out var parsed)) return Problem.NotFound(key);
        var (outcome, schedule) = await scheduler.RescheduleAsync(parsed, request.ToDueAt(), cancellation);
        return outcome switch
        {
            RescheduleOutcome.Rescheduled => TypedResults.Ok(ScheduleResponse.From(schedule!)),
            RescheduleOutcome.AlreadyDue => Problem.AlreadyDue(parsed, "rescheduled"),
            RescheduleOutcome.Conflict => Problem.Conflict(schedule!),
            RescheduleOutcome.Unknown => Problem.RescheduleUnknown(parsed, schedule!.Key),
            _ => Problem.NotFound(key),
        };
    }
}
