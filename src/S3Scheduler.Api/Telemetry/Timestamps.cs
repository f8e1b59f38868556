using Microsoft.Extensions.Logging.Console;

namespace S3Scheduler.Api.Telemetry;

public static class Timestamps
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Puts the time, in UTC, into every line of the console, unless the settings have a format.</summary>
    public static void AddTimestamps(this ILoggingBuilder logging) => logging.Services
        .PostConfigure<SimpleConsoleFormatterOptions>(simple => Set(simple, Format + ' '))
        .PostConfigure<ConsoleFormatterOptions>(systemd => Set(systemd, Format + ' '))
        .PostConfigure<JsonConsoleFormatterOptions>(json => Set(json, Format));

    private static void Set(ConsoleFormatterOptions options, string format)
    {
        if (options.TimestampFormat is null) (options.TimestampFormat, options.UseUtcTimestamp) = (format, true);
    }
}
