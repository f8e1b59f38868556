using Microsoft.AspNetCore.Http.Features;

namespace S3Scheduler.Api.Hosting;

/// <summary>
/// Calls of the trigger in deploy/lambda.yaml. Nobody reads their answers. So one that fails must be a failed
/// invocation, which Lambda counts in its metric Errors. Other callers get their answers.
/// </summary>
internal static class TriggerCalls
{
    /// <summary>The trigger names it as the host. Clients can't: the gateway names its own.</summary>
    public const string Host = "trigger";

    /// <exception cref="InvalidOperationException">It is a call of the trigger, and it has failed.</exception>
    public static void ThrowIfFailed(IHttpRequestFeature request, int status)
    {
        if (status >= StatusCodes.Status400BadRequest && request.Headers.Host == Host)
            throw new InvalidOperationException($"The sweep was answered {status}. The log before this line says why.");
    }
}
