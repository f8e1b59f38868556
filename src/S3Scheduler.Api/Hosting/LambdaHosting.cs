using Microsoft.Extensions.Options;

#if LAMBDA_HOSTING
using Amazon.Lambda.AspNetCoreServer;
#endif

namespace S3Scheduler.Api.Hosting;

/// <summary>
/// What is different on AWS Lambda: a trigger calls POST /sweeps, for a process sleeps between its requests; a disk does
/// not last; and logs are read by a machine.
/// </summary>
internal static class LambdaHosting
{
    /// <summary>Lambda sets this variable; its hosting package looks at the same one.</summary>
    private const string FunctionName = "AWS_LAMBDA_FUNCTION_NAME";

    public static bool IsOnLambda(this WebApplicationBuilder builder) => builder.Configuration[FunctionName] is { Length: > 0 };

    public static void AddLambdaHosting(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<SchedulerOptions>, LambdaStorage>();
        builder.Logging.AddJsonConsole(json =>
            (json.IncludeScopes, json.UseUtcTimestamp, json.TimestampFormat) = (true, true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
#if LAMBDA_HOSTING
        // In an event a body is text, or bytes in base64. Taken for text, a content that is not UTF-8 would arrive broken.
        builder.Services.AddAWSLambdaHosting(LambdaEventSource.HttpApi,
            options => options.DefaultResponseContentEncoding = ResponseContentEncoding.Base64);
#endif
    }
}

/// <summary>Stops the start where schedules would be lost: Lambda's disk goes with the process, and is each process's own.</summary>
internal sealed class LambdaStorage : IValidateOptions<SchedulerOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulerOptions options) => options.Storage == StorageKind.S3
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{SchedulerOptions.Section}:{nameof(options.Storage)} must be S3 on Lambda, whose disk does not last.");
}
