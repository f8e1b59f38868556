using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Schedules;

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
            if (fault.IsPassing) httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemHttpResult? ToProblem(Exception exception, HttpRequest request) => exception switch
    {
        InvalidScheduleException invalid => Problems.Invalid(invalid.Errors),
        RequestException refused => Problems.Status(refused.Status, refused.Message),
        BadHttpRequestException bad => Problems.Status(bad.StatusCode, bad.Message),
        InvalidOperationException when HasUnknownCharset(request) =>
            Problems.Status(StatusCodes.Status415UnsupportedMediaType, "The charset of the Content-Type is not known; send the body in UTF-8."),
        StoreException { IsPassing: true } => Problems.StoreUnavailable(),
        StoreException fault => Problems.StoreRefused(fault.Code),
        OperationCanceledException => Problems.Stopping(), // a client that has gone is not answered at all
        _ => null,
    };

    // ASP.NET takes it for a fault of the service.
    private static bool HasUnknownCharset(HttpRequest request) =>
        request.GetTypedHeaders().ContentType is { Charset.Length: > 0, Encoding: null };
}
