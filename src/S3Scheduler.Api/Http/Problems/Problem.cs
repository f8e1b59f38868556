using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Scheduling;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace S3Scheduler.Api.Http.Problems;

/// <summary>The one place where problems (RFC 9457) are worded.</summary>
public static class Problem
{
    public const string RequestId = "requestId";

    private const int MaxFaultsInDetail = 10;

    private const string Unknown = "The request may or may not have taken effect; it can be sent again as it is.";

    private static readonly string BodyTooSlow =
        $"The body arrived too slowly: after the first {RequestLimits.Patience.TotalSeconds:0} seconds, at least " +
        $"{RequestLimits.BodyBytesPerSecond} bytes a second are needed in the mean, and it must not stop for " +
        $"{RequestLimits.LongestSilence.TotalSeconds:0} seconds. Nothing was changed.";

    public static ProblemHttpResult NotFound(string key) => Of(Status404NotFound, "No such schedule",
        $"There is no schedule '{Echo.Of(key)}'. It was cancelled, or never existed, or was delivered and no " +
        "receipt of that is kept any more; GET /schedules lists the keys of those that are pending.");

    /// <param name="queries">Those that the address may have.</param>
    public static ProblemHttpResult CutKey(IReadOnlyCollection<string> queries) => Of(
        Status400BadRequest, queries.Count > 0 ? "There is no such query" : "A schedule's address has no query",
        $"{(queries.Count > 0 ? $"Only {string.Join(" or ", queries)}" : "Nothing")} may follow a '?' here. " +
        "If the schedule's key has a '?', percent-encode it as %3F. Where a gateway " +
        "decodes the path, write ~3F for it: both name the same schedule. Nothing was changed.");

    public static ProblemHttpResult Conflict(Schedule existing) => Of(
        Status409Conflict, "The schedule exists with other content",
        $"'{existing.Key}' exists with other content, content type, headers or metadata, and was not changed. " +
        "Choose another due time or destination, or delete it first.");

    public static ProblemHttpResult Exists(ScheduleKey key) => Of(Status409Conflict, "The schedule exists",
        $"'{key}' exists, so the bucket would refuse the content. Choose another due time or " +
        "destination, or delete it first. Before an upload, it is not known whether the content is the same.");

    public static ProblemHttpResult IssuerOutOfReach() => Of(Status503ServiceUnavailable, "The token can't be checked",
        "The issuer of tokens (Authentication:Jwt:Authority) can't be reached. Nothing was changed; send the request " +
        "again.");

    public static ProblemHttpResult NoUploads() => Of(Status501NotImplemented, "This store takes no uploads by URL",
        "Schedules are kept in a directory here, and there is no server that takes a PUT from clients. Send the " +
        "content with POST /schedules: it takes any size here. Uploads by URL need Scheduler:Storage=S3.");

    public static ProblemHttpResult UploadsOff(PutTrialResult trial) => Of(
        Status501NotImplemented, "Uploads by URL are off",
        (trial.Taken is { } header
            ? $"The S3 server here takes {header} with an upload although its URL was not signed for that, so a URL " +
              "would allow more than one upload."
            : "The S3 server here refuses even an upload of the service's own, so it is not known what a URL would " +
              $"allow ({trial.Refusal}).") +
        " Send the content with POST /schedules. docs/operations.md says how the service's operator can switch " +
        "uploads by URL on.");

    /// <param name="undone">What the client asked for, such as "cancelled".</param>
    public static ProblemHttpResult AlreadyDue(ScheduleKey key, string undone) => Of(Status409Conflict, "Too late",
        $"The schedule is due at {DueTime.Write(key.DueAt)}, which is less than " +
        $"{TimelyDelete.CancelMargin.TotalSeconds:0} s from now or past. It was not {undone}, and it will be " +
        "delivered.");

    /// <param name="undone">What the client asked for, such as "cancelled".</param>
    public static ProblemHttpResult Delivered(ScheduleKey key, DateTimeOffset deliveredAt, string undone) => Of(
        Status409Conflict, "It was delivered",
        $"'{key}' was delivered at {DueTime.Write(deliveredAt)}, so it was not {undone}.");

    public static ProblemHttpResult ContentDelivered(ScheduleKey key, DateTimeOffset deliveredAt) => Of(
        Status404NotFound, "It was delivered",
        $"'{key}' was delivered at {DueTime.Write(deliveredAt)}. Its content is not here any more, but at its " +
        "destination.");

    public static ProblemHttpResult CancelUnknown(ScheduleKey key) => Of(
        Status504GatewayTimeout, "It is not known whether the schedule was cancelled",
        "The store did not confirm early enough that the schedule was deleted before its due time. After " +
        $"{DueTime.Write(key.DueAt)}, look whether it arrived at its destination. Wait a minute before posting the " +
        "same schedule again.");

    public static ProblemHttpResult RescheduleUnknown(ScheduleKey old, ScheduleKey key) => Of(
        Status504GatewayTimeout, "It is not known whether the old schedule was cancelled",
        $"The schedule is pending as '{key}'. The store did not confirm early enough that '{old}' was deleted before " +
        "its due time, so it may be delivered then as well.");

    public static ProblemHttpResult StillPending(ScheduleKey key) => Of(
        Status409Conflict, "The schedule is still pending",
        $"'{key}' is pending: the next sweep delivers it, or it fails again. Nothing was changed.");

    /// <param name="done">What the client asked for, such as "retried".</param>
    /// <param name="again">The key that the other caller gives it; null: it is not known.</param>
    public static ProblemHttpResult UnderWay(ScheduleKey key, ScheduleKey? again, string done) => Of(
        Status409Conflict, $"The schedule is being {done} already",
        $"Another request is about to give '{key}' another due time" +
        (again is null ? ", or has just done so" : $": it becomes '{again}'") + ". This request has changed nothing. " +
        $"If '{key}' is still there a minute later, the other request broke off; then send this one again.");

    /// <param name="undone">What the client asked for, such as "retried".</param>
    public static ProblemHttpResult NotAllowed(ScheduleKey key, DestinationFault fault, string undone) => Of(
        Status409Conflict, "The schedule's destination is not allowed",
        $"{fault.Text} So '{key}' was not {undone}: it would fail. Nothing was changed.");

    public static ProblemHttpResult Archived(ScheduleKey key) => Of(
        Status409Conflict, "The schedule's content is archived",
        $"The content of '{key}' is archived (in Glacier, for example), so it can't be read. Restore the object in " +
        "the scheduler's bucket, then retry the schedule. Nothing was changed.");

    public static ProblemHttpResult Invalid(IDictionary<string, string[]> errors) => TypedResults.Problem(
        new HttpValidationProblemDetails(errors)
        {
            Status = Status400BadRequest,
            Title = "The request is not valid",
            Detail = errors.Take(MaxFaultsInDetail).Aggregate(
                "Nothing was changed.", (detail, error) => $"{detail} {error.Key}: {string.Join(" ", error.Value)}")
                + (errors.Count > MaxFaultsInDetail ? " The member errors has more." : ""),
        });

    public static ProblemHttpResult OtherOrigin() => Of(
        Status403Forbidden, "Pages of other origins may not change anything",
        "A browser sent the request for a page of another origin. If that page may call the service, add its origin " +
        "to Scheduler:CorsOrigins. Programs may call it from everywhere. Nothing was changed.");

    public static ProblemHttpResult OtherHost() => Of(
        Status400BadRequest, "The service does not answer for this host",
        "The service listens on loopback only, so it answers for localhost, 127.0.0.1 and [::1]. If clients use " +
        "other names, for example behind a proxy on this machine, list those in AllowedHosts. Nothing was changed.");

    public static ProblemHttpResult MetricsAreLocal() => Of(
        Status403Forbidden, "Metrics are read from this machine only",
        "The service asks nobody who calls, so it shows its metrics to callers from loopback addresses only. Once " +
        "Authentication:ApiKeys or Authentication:Jwt says who may call, the scope metrics:read suffices.");

    public static ProblemHttpResult StoreUnavailable() => Of(Status503ServiceUnavailable, "The store is unavailable",
        $"The object store can't be reached or is overloaded. {Unknown}");

    public static ProblemHttpResult NoRoom() => Of(Status503ServiceUnavailable, "There is no room for the content",
        "Too much content of other requests waits to be stored, or the disk on which it waits is full. " + Unknown);

    public static ProblemHttpResult TooMany(int requests, int uploads, int sweeps) => Of(
        Status429TooManyRequests, null,
        $"One caller can send {requests} requests a second and {uploads} uploads at a time, and {sweeps} long sweeps " +
        "can run at a time. This was one more. Nothing was changed; send it again after Retry-After.");

    public static ProblemHttpResult TooSlow() => Of(Status408RequestTimeout, null, BodyTooSlow);

    public static ProblemHttpResult SweepsStuck() => Of(Status503ServiceUnavailable, "Deliveries are stuck",
        "This process has not looked at its folder for minutes, although it should. Its log says why; restart it if " +
        "that does not end.");

    public static ProblemHttpResult Stopping() => Of(Status503ServiceUnavailable, "The service is stopping",
        $"The service is being stopped. {Unknown}");

    public static ProblemHttpResult StoreRefused(string code) => Of(
        Status502BadGateway, "The store refused the request",
        $"The object store refused the request: {code}. The service's operator can find the reason in its log.");

    /// <param name="length">Of the whole content, in bytes.</param>
    public static ProblemHttpResult AnswerTooLarge(long length, long limit) => Of(
        Status413PayloadTooLarge, "The content is too large for one answer",
        $"The content has {length} bytes, and an answer can carry {limit} of them here. Read it in parts, with a " +
        $"header such as Range: bytes=0-{limit - 1}. Or leave out redirect=false: then the answer leads to the " +
        "store, which has no such limit.");

    public static ProblemHttpResult ContentWithheld(int status, long length) => Of(status, null,
        status == Status412PreconditionFailed
            ? "The content does not match the request's If-Match or If-Unmodified-Since."
            : $"The content has {length} bytes; the request's Range has none of them.");

    /// <param name="title">Null for the usual name of the status.</param>
    public static ProblemHttpResult Of(int status, string? title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title);

    /// <summary>Adds the request's id to every problem, and a detail to those that come from ASP.NET.</summary>
    public static void Explain(ProblemDetailsContext context)
    {
        // It replaces ASP.NET's traceId, whose format depends on whether the request is traced.
        context.ProblemDetails.Extensions.Remove("traceId");
        context.ProblemDetails.Extensions[RequestId] = context.HttpContext.TraceIdentifier;
        context.ProblemDetails.Detail ??= Detail(context.ProblemDetails.Status, context.HttpContext);
    }

    private static string? Detail(int? status, HttpContext context) => status switch
    {
        Status400BadRequest => "The body can't be read as the JSON that /openapi.yaml describes. Nothing was changed.",
        Status401Unauthorized => "The service wants to know who calls: send an API key in the header X-Api-Key, or a "
            + "token as Authorization: Bearer. Those that were sent, if any, are wrong or have expired.",
        Status403Forbidden => $"This needs the scope {ScopeOf(context)}, which the caller does not have.",
        Status408RequestTimeout => BodyTooSlow, // a body of JSON
        Status413PayloadTooLarge => JsonLimit.Fault,
        Status415UnsupportedMediaType => "Nothing was changed. Send JSON and its type, as curl does with: "
            + $"-H 'Content-Type: application/json' -d '{JsonExample(context)}'",
        Status404NotFound => $"There is nothing at {Echo.Of(context.Request.Path)}. /swagger shows all paths."
            + (context.Request.Path.StartsWithSegments("/schedules")
                ? " The key of a schedule is one segment: it has ~~ where the destination key has a slash." : ""),
        Status405MethodNotAllowed =>
            $"{Echo.Of(context.Request.Path)} takes {context.Response.Headers.Allow}. /swagger shows all methods.",
        Status500InternalServerError => "This is a fault of the service. The request may or may not have taken effect; "
            + "the service's operator can find the reason in its log.",
        _ => null,
    };

    private static string JsonExample(HttpContext context) => HttpMethods.IsPatch(context.Request.Method)
        ? """{"dueAt":"2030-01-01T00:00:00Z"}"""
        : """{"dueAt":"2030-01-01T00:00:00Z","bucket":"reports","key":"2030/hello.txt"}""";

    private static string? ScopeOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
}
