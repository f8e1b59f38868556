using System.Net;
using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Security;

/// <summary>Keeps a site from reaching the service by a name of its own that leads to loopback.</summary>
public static class LoopbackHosts
{
    /// <summary>
    /// Refuses requests for other hosts than loopback, for a service that listens on nothing else. The operator's
    /// AllowedHosts, which ASP.NET obeys, replaces this rule.
    /// </summary>
    public static void UseLoopbackHosts(this WebApplication app)
    {
        if (app.Configuration["AllowedHosts"] is { Length: > 0 }) return;
        app.Use((context, next) =>
            IsLoopback(context.Request.Host) ? next(context) : Problem.OtherHost().ExecuteAsync(context));
    }

    // A browser always sends a host. An address as the host is not a name that could lead elsewhere.
    private static bool IsLoopback(HostString host) =>
        !host.HasValue || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host, out var address) && IPAddress.IsLoopback(address));
}
