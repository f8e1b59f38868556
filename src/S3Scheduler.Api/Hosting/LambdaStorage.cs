using Microsoft.Extensions.Options;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Hosting;

/// <summary>Stops the start where schedules would be lost: Lambda's disk goes with the process, and is each process's own.</summary>
internal sealed class LambdaStorage : IValidateOptions<SchedulerOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulerOptions options) => options.Storage == StorageKind.S3
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{SchedulerOptions.Section}:{nameof(options.Storage)} must be S3 on Lambda, whose disk does not last.");
}
