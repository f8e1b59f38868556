using System.Reflection;

namespace S3Scheduler.Api.Telemetry;

public static class ServiceVersion
{
    /// <summary>With the commit that it was built from.</summary>
    public static string Text { get; } = typeof(ServiceVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
