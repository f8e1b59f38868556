using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace S3Scheduler.Api.Http.Problems;

/// <summary>Answers exceptions with problems. An exception that is not listed becomes a 500 without details.</summary>
public sealed class ProblemExceptionHandler(LogBrake brake, ILogger<ProblemExceptionHandler> logger)
    : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (ToProblem(exception, httpContext.Request) is not { } problem) return false;
        if (exception is StoreException fault)
        {
            var level = brake.Level(fault.IsTransient ? LogLevel.Warning : LogLevel.Error, fault.Code);
            logger.RequestFailed(level, httpContext.Request.Method, fault.Code, fault.Message);
            if (fault.IsTransient) httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        if (exception is SpoolException full)
        {
            var level = brake.Level(LogLevel.Warning, nameof(SpoolException));
            logger.NoRoom(level, httpContext.Request.Method, full.Message);
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemHttpResult? ToProblem(Exception exception, HttpRequest request) => exception switch
    {
        InvalidScheduleException invalid => Problem.Invalid(invalid.Errors),
        RequestException refused => Problem.Of(refused.Status, null, refused.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => Problem.TooSlow(),
        BadHttpRequestException bad => Problem.Of(bad.StatusCode, null, bad.Message),
        InvalidOperationException or NotSupportedException when HasUnknownCharset(request) => Problem.Of(
            StatusCodes.Status415UnsupportedMediaType, null,
            "The charset of the Content-Type is not known; send the body in UTF-8."),
        StoreException { IsTransient: true } => Problem.StoreUnavailable(),
        StoreException fault => Problem.StoreRefused(fault.Code),
        SpoolException => Problem.NoRoom(),
        OperationCanceledException => Problem.Stopping(), // if the client is gone instead, nobody reads this
        _ => null,
    };

    // ASP.NET throws these exceptions for this fault of the client.
    private static bool HasUnknownCharset(HttpRequest request)
    {
        try
        {
            return request.GetTypedHeaders().ContentType is { Charset.Length: > 0, Encoding: null };
        }
        catch (NotSupportedException)
        {
            return true; // .NET knows UTF-7, and refuses it.
        }
    }
}

/// <summary>The request is refused as a whole. The message tells the client what is wrong and what to do.</summary>
public sealed class RequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
