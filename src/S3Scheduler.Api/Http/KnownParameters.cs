using S3Scheduler.Api.Layout;

namespace S3Scheduler.Api.Http;

public static class KnownParameters
{
    /// <summary>Makes an endpoint refuse a parameter that it doesn't read, a misspelt one say: better than to ignore it.</summary>
    public static RouteHandlerBuilder RefuseOtherParametersThan(this RouteHandlerBuilder endpoint, params string[] names) =>
        endpoint.AddEndpointFilter((context, next) =>
        {
            var unknown = context.HttpContext.Request.Query.Keys.Except(names, StringComparer.OrdinalIgnoreCase).ToDictionary(
                name => name, _ => (string[])[$"There is no such parameter. There is {string.Join(", ", names)}."]);
            return unknown.Count == 0 ? next(context) : throw new InvalidScheduleException(unknown);
        });
}
