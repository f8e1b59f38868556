using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace S3Scheduler.Api.Http.Metrics;

/// <summary>Hands the metrics to OpenTelemetry. Without a place to send them to, nothing collects them.</summary>
public static class MetricsExport
{
    private const string Service = "s3-scheduler";
    private const string Client = "System.Net.Http";

    /// <summary>What the standard's variables begin with, and those for metrics alone.</summary>
    private const string All = "OTEL_EXPORTER_OTLP_";
    private const string Own = All + "METRICS_";

    private static readonly string[] Meters =
    [
        SchedulerMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.RateLimiting", "System.Runtime", Client,
    ];

    /// <summary>The names of S3's hosts have the buckets in them, and there may be any number of those.</summary>
    private static readonly string[] ClientAttributes =
        ["http.request.method", "http.response.status_code", "error.type", "http.connection.state"];

    /// <exception cref="StartupException">The section Metrics has a wrong setting.</exception>
    public static void AddMetricsExport(this WebApplicationBuilder builder)
    {
        var settings = MetricsSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(settings);
        var ownEndpoint = ReadUrl(builder.Configuration, Own + "ENDPOINT");
        var hasEndpoint = ownEndpoint is not null || ReadUrl(builder.Configuration, All + "ENDPOINT") is not null;
        if (!hasEndpoint && !settings.Prometheus) return;
        builder.Services.AddOpenTelemetry()
            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and win.
            .ConfigureResource(resource => resource.AddService(Service).AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeters();
                if (hasEndpoint) metrics.AddOtlpExporter(otlp => ApplyOwn(builder.Configuration, ownEndpoint, otlp));
                if (settings.Prometheus) metrics.AddPrometheusExporter();
            });
        builder.Services.AddHostedService<LastExport>();
    }

    /// <summary>The service's own meter, and those of what it runs on.</summary>
    public static MeterProviderBuilder AddMeters(this MeterProviderBuilder metrics) => metrics
        .AddMeter(Meters)
        .AddView(instrument => instrument.Meter.Name == Client
            ? new MetricStreamConfiguration { TagKeys = ClientAttributes }
            : null);

    private static Uri? ReadUrl(ConfigurationManager configuration, string name)
    {
        if (configuration[name] is not { Length: > 0 } text) return null;
        // The exporter would ignore it, and send to localhost.
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : throw new StartupException($"{name} is not an http or https URL: '{text}'.");
    }

    // The exporter reads only the variables that are for all signals. Those for metrics alone win.
    private static void ApplyOwn(ConfigurationManager configuration, Uri? endpoint, OtlpExporterOptions otlp)
    {
        if (configuration[Own + "PROTOCOL"] is { Length: > 0 } protocol)
            otlp.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (configuration[Own + "HEADERS"] is { Length: > 0 } headers) otlp.Headers = headers;
        if (int.TryParse(configuration[Own + "TIMEOUT"], out var milliseconds))
            otlp.TimeoutMilliseconds = milliseconds;
        if (endpoint is not null) otlp.Endpoint = endpoint;
    }

    /// <summary>Sends what was measured since the last export, when the service stops.</summary>
    private sealed class LastExport(MeterProvider meters) : IHostedLifecycleService
    {
        private const int Milliseconds = 5000;

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken)
        {
            meters.ForceFlush(Milliseconds);
            return Task.CompletedTask;
        }
    }
}
