using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Security;

public static class OwnSchedules
{
    /// <summary>Answers as if a schedule did not exist, if its caller may not deliver to its destination.</summary>
    /// <param name="routes">Routes with a <c>{key}</c> are affected.</param>
    public static RouteGroupBuilder HideOthersSchedules(this RouteGroupBuilder routes) =>
        routes.AddEndpointFilter((context, next) =>
            context.HttpContext.GetRouteValue("key") is string text && KeyInPath.TryRead(text, out var key)
            && !Caller.Of(context.HttpContext).MayDeliverTo(key.Destination)
                ? ValueTask.FromResult<object?>(Problem.NotFound(text))
                : next(context));
}
