using OpenTelemetry.Trace;

namespace S3Scheduler.Api.Http.Otlp;

/// <summary>Hands the traces to OpenTelemetry. Without a place to send them to, nothing makes any.</summary>
public static class TracesExport
{
    /// <exception cref="StartupException">An endpoint is no URL.</exception>
    public static void AddTracesExport(this WebApplicationBuilder builder)
    {
        var otlp = new OtlpSettings(builder.Configuration, "TRACES");
        if (!otlp.HasEndpoint) return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(OtlpSettings.AddResource)
            // OTEL_TRACES_SAMPLER says which are sampled.
            .WithTracing(traces => traces
                .AddSource(SchedulerTraces.SourceName)
                .AddAspNetCoreInstrumentation(requests => requests.Filter = IsTraced)
                .AddOtlpExporter(otlp.Apply));
        builder.Services.AddSingleton<IHostedService>(provider =>
            new LastExport(provider.GetRequiredService<TracerProvider>().ForceFlush));
    }

    // These come every few seconds, and tell nothing.
    private static bool IsTraced(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/metrics");
}
