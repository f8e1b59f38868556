using Microsoft.AspNetCore.Http.Features;
using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Schedules;

public static class CutKeys
{
    /// <summary>
    /// Refuses a request with another query than these. Some gateways decode a path. What follows a <c>?</c> in a key
    /// is the query then, and the rest of the key can be that of another schedule.
    /// </summary>
    /// <param name="queries">Such as <c>redirect=true</c>.</param>
    public static RouteHandlerBuilder RefuseCutKeys(this RouteHandlerBuilder endpoint, params string[] queries) =>
        endpoint.AddEndpointFilter((context, next) =>
            context.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)
                is [_, var query] && !queries.Contains(query)
                ? ValueTask.FromResult<object?>(Problem.CutKey(queries))
                : next(context));
}
