using System.Net;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Http.Metrics;

public static class MetricsApi
{
    private const string Path = "/metrics";

    /// <summary>Maps it only if it is switched on.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<MetricsSettings>().Prometheus) return;
        app.MapPrometheusScrapingEndpoint(Path, meterProvider: null, RefuseOthers, optionsName: null)
            .RequireAuthorization(Scopes.Metrics)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]))
            .ExcludeFromDescription();
    }

    private static void RefuseOthers(IApplicationBuilder metrics) => metrics.Use((context, next) =>
        MayRead(context) ? next(context) : Problem.MetricsAreLocal().ExecuteAsync(context));

    // Where nobody has to say who they are, everyone has the scope. The names of buckets are for this machine only.
    private static bool MayRead(HttpContext context) =>
        context.RequestServices.GetRequiredService<AuthenticationSettings>().IsRequired
        || (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(Unmapped(address)));

    private static IPAddress Unmapped(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
