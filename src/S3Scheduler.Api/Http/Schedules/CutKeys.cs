using Microsoft.AspNetCore.Http.Features;
using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Schedules;

public static class CutKeys
{
    /// <summary>
    /// Refuses a request with a query. Some gateways decode a path. What follows a <c>?</c> in a key is the query then,
    /// and the rest of the key can be that of another schedule.
    /// </summary>
    public static RouteHandlerBuilder RefuseCutKeys(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .AddEndpointFilter((context, next) =>
            context.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Contains('?')
                ? ValueTask.FromResult<object?>(Problem.CutKey())
                : next(context));
}
