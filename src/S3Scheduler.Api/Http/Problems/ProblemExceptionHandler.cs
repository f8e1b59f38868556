using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Http.Problems;

/// <summary>Makes a problem of what a handler throws. Whatever is not foreseen here is a 500 that says nothing more.</summary>
public sealed class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (ToProblem(exception, httpContext.Request) is not { } problem) return false;
        if (exception is StoreException fault)
        {
            logger.RequestFailed(httpContext.Request.Method, fault.Code, fault.Message);
            if (fault.IsTransient) httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemHttpResult? ToProblem(Exception exception, HttpRequest request) => exception switch
    {
        InvalidScheduleException invalid => Problem.Invalid(invalid.Errors),
        RequestException refused => Problem.Status(refused.Status, refused.Message),
        BadHttpRequestException bad => Problem.Status(bad.StatusCode, bad.Message),
        InvalidOperationException when HasUnknownCharset(request) =>
            Problem.Status(StatusCodes.Status415UnsupportedMediaType, "The charset of the Content-Type is not known; send the body in UTF-8."),
        StoreException { IsTransient: true } => Problem.StoreUnavailable(),
        StoreException fault => Problem.StoreRefused(fault.Code),
        OperationCanceledException => Problem.Stopping(), // a client that has gone is not answered at all
        _ => null,
    };

    // ASP.NET takes it for a fault of the service.
    private static bool HasUnknownCharset(HttpRequest request) =>
        request.GetTypedHeaders().ContentType is { Charset.Length: > 0, Encoding: null };
}
