namespace S3Scheduler.Api.Http.Metrics;

/// <summary>The section <c>Metrics</c> of the configuration. .NET reads its own rules from it, too.</summary>
public sealed class MetricsSettings
{
    public const string Section = "Metrics";

    /// <summary>In the names of .NET's own settings, which say what its listeners hear.</summary>
    private const string Listeners = ":EnabledMetrics:";

    /// <summary>Whether <c>GET /metrics</c> answers in the format of Prometheus.</summary>
    public bool Prometheus { get; set; }

    /// <exception cref="StartupException">There is an unknown setting, or a value of another type.</exception>
    public static MetricsSettings Read(IConfiguration configuration)
    {
        var known = $"{Section}:{nameof(Prometheus)}";
        var unknown = configuration.GetSection(Section).AsEnumerable().FirstOrDefault(setting =>
            setting.Value is not null && !setting.Key.Equals(Section, StringComparison.OrdinalIgnoreCase)
            && !setting.Key.Equals(known, StringComparison.OrdinalIgnoreCase)
            && !setting.Key.Contains(Listeners, StringComparison.OrdinalIgnoreCase)).Key;
        if (unknown is not null) throw new StartupException($"There is no setting {unknown}. There is {known}.");
        try
        {
            return configuration.GetSection(Section).Get<MetricsSettings>() ?? new MetricsSettings();
        }
        catch (InvalidOperationException e)
        {
            // A value of another type. The message names its key.
            throw new StartupException(e.Message, e);
        }
    }
}
