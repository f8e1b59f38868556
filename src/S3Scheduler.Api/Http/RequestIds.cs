namespace S3Scheduler.Api.Http;

public static class RequestIds
{
    public const string Header = "X-Request-Id";

    /// <summary>Names each request in its answer as ASP.NET names it in the scope of what is logged, as RequestId.</summary>
    public static void UseRequestIds(this WebApplication app) => app.Use((context, next) =>
    {
        // At the last moment: a problem begins its answer anew.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = context.TraceIdentifier;
            return Task.CompletedTask;
        });
        return next(context);
    });
}
