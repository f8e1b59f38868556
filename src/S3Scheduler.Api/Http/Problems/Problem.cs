using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Problems;

/// <summary>The one place where problems (RFC 9457) are worded.</summary>
public static class Problem
{
    public const string RequestId = "requestId";

    public static ProblemHttpResult NotFound(string key) => TypedResults.Problem(
        $"There is no schedule '{key}'. It was delivered or cancelled, or never existed; GET /schedules lists the keys of those that are pending.",
        statusCode: StatusCodes.Status404NotFound, title: "No such schedule");

    public static ProblemHttpResult Conflict(Schedule existing) => TypedResults.Problem(
        $"'{existing.Key}' exists with other content, content type, headers or metadata, and was not changed. " +
        "Choose another due time or destination, or delete it first.",
        statusCode: StatusCodes.Status409Conflict, title: "The schedule exists with other content");

    public static ProblemHttpResult Exists(ScheduleKey key) => TypedResults.Problem(
        $"'{key}' exists, so the bucket would refuse the content; whether it is the same can't be told before it is there. " +
        "Choose another due time or destination, or delete it first.",
        statusCode: StatusCodes.Status409Conflict, title: "The schedule exists");

    public static ProblemHttpResult NoUploads() => TypedResults.Problem(
        "Schedules are kept in a directory here, and there is no server that takes a PUT from clients. Send the content with " +
        "POST /schedules: it takes any size here. Uploads by URL need Scheduler:Storage=S3.",
        statusCode: StatusCodes.Status501NotImplemented, title: "This store takes no uploads by URL");

    /// <param name="undone">What was asked for: "cancelled", say.</param>
    public static ProblemHttpResult AlreadyDue(ScheduleKey key, string undone) => TypedResults.Problem(
        $"The schedule is due at {DueTime.Write(key.DueAt)}, which is less than {Scheduler.CancelMargin.TotalSeconds:0} s from now or over. " +
        $"It was not {undone} and is delivered.",
        statusCode: StatusCodes.Status409Conflict, title: "Too late");

    public static ProblemHttpResult CancelUnknown(ScheduleKey key) => TypedResults.Problem(
        "The store did not confirm early enough that the schedule was deleted before its due time. " +
        $"Look after {DueTime.Write(key.DueAt)} whether it arrived at its destination. Wait a minute before posting the same schedule again.",
        statusCode: StatusCodes.Status504GatewayTimeout, title: "It is not known whether the schedule was cancelled");

    public static ProblemHttpResult RescheduleUnknown(ScheduleKey old, ScheduleKey key) => TypedResults.Problem(
        $"The schedule is pending as '{key}'. The store did not confirm early enough that '{old}' was deleted before its due time, " +
        "so it may be delivered then as well.",
        statusCode: StatusCodes.Status504GatewayTimeout, title: "It is not known whether the old schedule was cancelled");

    public static ProblemHttpResult StillPending(ScheduleKey key) => TypedResults.Problem(
        $"'{key}' is pending, and is delivered, or fails again, with the next sweep. Nothing was changed.",
        statusCode: StatusCodes.Status409Conflict, title: "The schedule is still pending");

    public static ProblemHttpResult Invalid(IDictionary<string, string[]> errors) => TypedResults.Problem(
        new HttpValidationProblemDetails(errors)
        {
            Status = StatusCodes.Status400BadRequest,
            Title = "The request is not valid",
            Detail = "Nothing was changed. " + string.Join(" ", errors.Select(e => $"{e.Key}: {string.Join(" ", e.Value)}")),
        });

    public static ProblemHttpResult StoreUnavailable() => TypedResults.Problem(
        "The object store can't be reached or is overloaded. The request may or may not have taken effect; it can be sent again as it is.",
        statusCode: StatusCodes.Status503ServiceUnavailable, title: "The store is unavailable");

    public static ProblemHttpResult Stopping() => TypedResults.Problem(
        "The service is being stopped. The request may or may not have taken effect; it can be sent again as it is.",
        statusCode: StatusCodes.Status503ServiceUnavailable, title: "The service is stopping");

    public static ProblemHttpResult StoreRefused(string code) => TypedResults.Problem(
        $"The object store refused the request: {code}. The service's operator can find the reason in its log.",
        statusCode: StatusCodes.Status502BadGateway, title: "The store refused the request");

    public static ProblemHttpResult Status(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <param name="status">412 or 416.</param>
    public static ProblemHttpResult ContentWithheld(int status, long length) => Status(status, status == StatusCodes.Status412PreconditionFailed
        ? "The content is not the one that the request's If-Match or If-Unmodified-Since names."
        : $"The content has {length} bytes; the request's Range has none of them.");

    /// <summary>Says which request it is about, and gives words to the problems that routing alone answers with.</summary>
    public static void Explain(ProblemDetailsContext context)
    {
        // In place of ASP.NET's traceId, which is one thing or another.
        context.ProblemDetails.Extensions.Remove("traceId");
        context.ProblemDetails.Extensions[RequestId] = context.HttpContext.TraceIdentifier;
        context.ProblemDetails.Detail ??= Words(context);
    }

    private static string? Words(ProblemDetailsContext context) => context.ProblemDetails.Status switch
    {
        StatusCodes.Status400BadRequest => "The body can't be read as JSON of the kind that /openapi.yaml describes. Nothing was changed.",
        StatusCodes.Status413PayloadTooLarge => $"A body of JSON has at most {RequestLimits.JsonBytes} bytes. Nothing was changed.",
        StatusCodes.Status415UnsupportedMediaType => "Send the body as the media type that /openapi.yaml names. Nothing was changed.",
        StatusCodes.Status404NotFound => $"There is nothing at {context.HttpContext.Request.Path}. /swagger shows all there is.",
        StatusCodes.Status405MethodNotAllowed =>
            $"{context.HttpContext.Request.Path} takes {context.HttpContext.Response.Headers.Allow}. /swagger shows all there is.",
        StatusCodes.Status500InternalServerError =>
            "This is a fault of the service. The request may or may not have taken effect; the service's operator can find the reason in its log.",
        _ => null,
    };
}
