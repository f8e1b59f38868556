using OpenTelemetry.Metrics;
using S3Scheduler.Api.Http.Otlp;

namespace S3Scheduler.Api.Http.Metrics;

/// <summary>Hands the metrics to OpenTelemetry. Without a place to send them to, nothing collects them.</summary>
public static class MetricsExport
{
    private const string Client = "System.Net.Http";

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
        var otlp = new OtlpSettings(builder.Configuration, "METRICS");
        if (!otlp.HasEndpoint && !settings.Prometheus) return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(OtlpSettings.AddResource)
            .WithMetrics(metrics =>
            {
                metrics.AddMeters();
                if (otlp.HasEndpoint) metrics.AddOtlpExporter(otlp.Apply);
                if (settings.Prometheus) metrics.AddPrometheusExporter();
            });
        builder.Services.AddSingleton<IHostedService>(provider =>
            new LastExport(provider.GetRequiredService<MeterProvider>().ForceFlush));
    }

    /// <summary>The service's own meter, and those of what it runs on.</summary>
    public static MeterProviderBuilder AddMeters(this MeterProviderBuilder metrics) => metrics
        .AddMeter(Meters)
        .AddView(instrument => instrument.Meter.Name == Client
            ? new MetricStreamConfiguration { TagKeys = ClientAttributes }
            : null);
}
