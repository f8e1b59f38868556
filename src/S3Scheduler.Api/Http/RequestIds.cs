namespace S3Scheduler.Api.Http;

public static class RequestIds
{
    public const string Header = "X-Request-Id";

    /// <summary>Sends the id of each request with its answer: the same id that ASP.NET logs as RequestId.</summary>
    public static void UseRequestIds(this WebApplication app) => app.Use((context, next) =>
    {
        // Set when the answer starts, because the exception handler clears the headers.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = context.TraceIdentifier;
            return Task.CompletedTask;
        });
        return next(context);
    });
}
