using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Hosting;

/// <summary>Stops the start-up on an unknown setting, such as a misspelt one, instead of ignoring it.</summary>
public sealed class UnknownSettings(IConfiguration configuration) : IValidateOptions<SchedulerOptions>
{
    private static readonly string[] Known = [.. SettingNames.Of(typeof(SchedulerOptions))];

    private static readonly string[] Lists =
    [
        nameof(SchedulerOptions.CorsOrigins), nameof(SchedulerOptions.Destinations),
        nameof(SchedulerOptions.TrustedProxies),
    ];

    public ValidateOptionsResult Validate(string? name, SchedulerOptions options)
    {
        var known = Known.Select(name => $"{SchedulerOptions.Section}:{name}").ToList();
        var unknown = Written(configuration.GetSection(SchedulerOptions.Section)).Select(setting => setting.Path)
            .Except(known, StringComparer.OrdinalIgnoreCase).ToList();
        // The configuration binder ignores a text where a list is expected.
        var text = Lists.Select(key => configuration.GetSection($"{SchedulerOptions.Section}:{key}"))
            .FirstOrDefault(section => section.Value is { Length: > 0 });
        if (text is not null)
            return ValidateOptionsResult.Fail($"{text.Path} is a list: set its first value as {text.Path}:0.");

        if (unknown.Count == 0) return ValidateOptionsResult.Success;
        var meant = MisspeltSettings.Nearest(unknown[0], known) is { } nearest ? $" Did you mean {nearest}?" : "";
        return ValidateOptionsResult.Fail(
            $"There is no setting {string.Join(", ", unknown)}.{meant} There are {string.Join(", ", Known)}.");
    }

    private static IEnumerable<IConfigurationSection> Written(IConfigurationSection settings) =>
        settings.GetChildren().SelectMany(s => IsGroup(s) ? s.GetChildren() : [s]);

    // A text where a group is expected is no group, and so unknown.
    private static bool IsGroup(IConfigurationSection setting) => string.IsNullOrEmpty(setting.Value)
        && Known.Any(name => name.StartsWith($"{setting.Key}:", StringComparison.OrdinalIgnoreCase));
}
