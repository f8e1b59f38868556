using Microsoft.AspNetCore.HttpOverrides;

namespace S3Scheduler.Api.Http;

/// <summary>What is different when clients reach the service through a proxy.</summary>
public static class Proxies
{
    /// <summary>
    /// Takes the configured path base off the path of each request that starts with it. Others, such as health checks
    /// past the proxy, are answered too. Links in answers start with it.
    /// </summary>
    public static void UseConfiguredPathBase(this WebApplication app)
    {
        app.UsePathBase(app.Services.GetRequiredService<SchedulerOptions>().PathBase);
        app.UseRouting(); // here, because ASP.NET would put it first and look for routes in the whole path
    }

    /// <summary>
    /// Believes the X-Forwarded headers of trusted proxies. Whoever else sends them changes nothing. A host must be one
    /// of AllowedHosts, if that is set.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var trusted = app.Services.GetRequiredService<SchedulerOptions>().TrustedProxies;
        if (trusted is []) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.All,
            ForwardLimit = null, // the first address that is not trusted is the client
            AllowedHosts = app.Configuration["AllowedHosts"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
        // By default it trusts loopback.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var text in trusted) options.KnownIPNetworks.Add(SchedulerOptions.ReadProxy(text)!.Value);
        app.UseForwardedHeaders(options);
    }
}
