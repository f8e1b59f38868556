using Microsoft.Extensions.Options;

#if LAMBDA_HOSTING
using Amazon.Lambda.AspNetCoreServer;
using Microsoft.AspNetCore.Http.Features;
#endif

namespace S3Scheduler.Api.Hosting;

/// <summary>
/// Settings for AWS Lambda: log lines are JSON, and schedules must be in S3. There is no background worker, because a
/// process is frozen between its requests: a trigger calls POST /sweeps instead.
/// </summary>
internal static class LambdaHosting
{
    /// <summary>An environment variable that Lambda sets. Its hosting package reads the same one.</summary>
    private const string FunctionName = "AWS_LAMBDA_FUNCTION_NAME";

    /// <summary>
    /// How much content an answer can carry, in bytes. Lambda takes 6 MB of JSON, in which content is written in
    /// base64, a third longer. The rest is for headers.
    /// </summary>
    public const long LargestContent = 4_400_000;

    public static bool IsOnLambda(this IConfiguration configuration) => configuration[FunctionName] is { Length: > 0 };

    public static void AddLambdaHosting(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<SchedulerOptions>, LambdaStorage>();
        builder.Logging.AddJsonConsole(json => json.IncludeScopes = true);
#if LAMBDA_HOSTING
        builder.Services.AddAWSLambdaHosting(LambdaEventSource.HttpApi, options =>
        {
            // The response body goes into a JSON event. As text, content that is not UTF-8 would be damaged.
            options.DefaultResponseContentEncoding = ResponseContentEncoding.Base64;
            // One object has all features of a call. What is thrown here makes the invocation fail.
            options.PostMarshallResponseFeature = (response, _, _) =>
                TriggerCalls.ThrowIfFailed((IHttpRequestFeature)response, response.StatusCode);
        });
#endif
    }
}

/// <summary>Refuses the local store on Lambda: a disk there belongs to one process and ends with it.</summary>
internal sealed class LambdaStorage : IValidateOptions<SchedulerOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulerOptions options) => options.Storage == StorageKind.S3
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("Scheduler:Storage must be S3 on Lambda, because its disk is temporary.");
}
