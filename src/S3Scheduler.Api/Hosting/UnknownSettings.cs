using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Hosting;

/// <summary>Stops the start-up on an unknown setting, such as a misspelt one, instead of ignoring it.</summary>
public sealed class UnknownSettings(IConfiguration configuration) : IValidateOptions<SchedulerOptions>
{
    private static readonly string[] Known = [.. typeof(SchedulerOptions).GetProperties().Select(p => p.Name)];

    public ValidateOptionsResult Validate(string? name, SchedulerOptions options)
    {
        var unknown = configuration.GetSection(SchedulerOptions.Section).GetChildren()
            .Where(s => !Known.Contains(s.Key, StringComparer.OrdinalIgnoreCase)).Select(s => s.Path).ToList();
        // The configuration binder ignores a text where a list is expected.
        var origins = configuration.GetSection($"{SchedulerOptions.Section}:{nameof(options.CorsOrigins)}");
        if (origins.Value is { Length: > 0 })
        {
            return ValidateOptionsResult.Fail(
                $"{origins.Path} is a list: its first value is the setting {origins.Path}:0.");
        }

        return unknown.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
            $"There is no setting {string.Join(", ", unknown)}. There are {string.Join(", ", Known)}.");
    }
}
