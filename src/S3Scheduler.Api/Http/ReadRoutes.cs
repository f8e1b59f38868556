namespace S3Scheduler.Api.Http;

public static class ReadRoutes
{
    /// <summary>Maps GET, and HEAD with the same answer but no body: the web server leaves it out.</summary>
    /// <param name="name">Of the operation of GET.</param>
    /// <param name="headName">Of the operation of HEAD.</param>
    /// <param name="describe">What both have in common.</param>
    public static void MapRead(
        this IEndpointRouteBuilder routes, string pattern, Delegate handler, string name, string headName,
        Action<RouteHandlerBuilder> describe)
    {
        var get = routes.MapGet(pattern, handler).WithName(name);
        describe(get);
        var head = routes.MapMethods(pattern, [HttpMethods.Head], handler).WithName(headName);
        describe(head);
        head.WithDescription("As GET, without the body.");
    }
}
