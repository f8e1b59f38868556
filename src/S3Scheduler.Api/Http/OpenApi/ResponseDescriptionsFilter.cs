using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>Says of all operations what their statuses and the key in their path mean, and puts statuses in order.</summary>
public sealed class ResponseDescriptionsFilter : IOperationFilter
{
    private static readonly Dictionary<string, string> Statuses = new()
    {
        ["201"] = "It is stored, and delivered when it is due.",
        ["204"] = "It is cancelled, and never delivered.",
        ["400"] = "The request is not valid, and changed nothing. `errors` names each field or parameter that is wrong; "
            + "it is left out where the body as a whole can't be read.",
        ["404"] = "There is no such schedule: it was delivered or cancelled, or never existed.",
        ["412"] = "If-Match or If-Unmodified-Since names another content.",
        ["413"] = "The content is larger than the service takes.",
        ["415"] = "The body is not multipart/form-data.",
        ["416"] = "The content has no byte of the range.",
        ["501"] = "Schedules are kept in a directory, where clients can't put content: send it with POST /schedules.",
        ["502"] = "The store refused the request; the service's operator can find the reason in its log.",
        ["503"] = "The store can't be reached or is overloaded.",
        ["504"] = "The store did not confirm in time: it may be cancelled or delivered.",
    };

    private static readonly Dictionary<(string? Operation, string Status), string> OfOperations = new()
    {
        [("createSchedule", "200")] = "The same schedule is stored already; nothing was changed.",
        [("createSchedule", "409")] =
            "The schedule exists with other content, content type, headers or metadata; nothing was changed.",
        [("cancelSchedule", "204")] = "It is cancelled, and never delivered. A URL of POST /schedules/uploads that has not expired can make it anew.",
        [("cancelSchedule", "409")] =
            "It is due within 2 seconds or already: it is not cancelled, and is delivered.",
        [("reschedule", "409")] =
            "It is due within 2 seconds or already, or the new time is another schedule's; nothing was changed.",
        [("reschedule", "413")] = "The body is larger than any such JSON.",
        [("reschedule", "415")] = "The body is not JSON.",
        [("reschedule", "504")] = "It is delivered at the new time, and perhaps at the old one too.",
        [("prepareUpload", "200")] = "Where and how to put the content; nothing is stored yet.",
        [("prepareUpload", "409")] = "The schedule exists, so the bucket would refuse the content. Whether it is the same can't be told.",
        [("prepareUpload", "413")] = "The body is too large.",
        [("prepareUpload", "415")] = "The body is not JSON.",
        [("retrySchedule", "404")] = "No such schedule has failed.",
        [("retrySchedule", "409")] = "It is still pending; nothing was changed.",
        [("sweep", "200")] = "The sweep is over, or another one is under way.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var (status, response) in operation.Responses!)
        {
            response.Description = OfOperations.GetValueOrDefault((operation.OperationId, status))
                ?? Statuses.GetValueOrDefault(status) ?? response.Description;
        }

        var sorted = operation.Responses.OrderBy(r => r.Key, StringComparer.Ordinal).ToList();
        operation.Responses.Clear();
        foreach (var (status, response) in sorted) operation.Responses.Add(status, response);

        if (operation.Parameters?.FirstOrDefault(p => p.In == ParameterLocation.Path) is { } key)
            key.Description = "The schedule's key. In a URL it is percent-encoded, as in the Location of its creation; Swagger UI does that itself.";
        if (operation.OperationId != "getReady" && operation.Responses.GetValueOrDefault("503") is OpenApiResponse unavailable)
            unavailable.Headers = new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = RetryAfter() };
    }

    private static OpenApiHeader RetryAfter() => new()
    {
        Description = "How many seconds to wait before sending it again.",
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
    };
}
