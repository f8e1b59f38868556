using System.Net;

namespace S3Scheduler.Api.Hosting;

/// <summary>Where the configuration makes the service listen.</summary>
public static class ListenAddresses
{
    public const string Default = "http://localhost:5080";

    /// <summary>Listens on <see cref="Default"/> unless the configuration names addresses or ports.</summary>
    public static void UseDefaultAddress(this WebApplicationBuilder builder)
    {
        if (OfHost(builder.Configuration).Length == 0) builder.WebHost.UseUrls(Default);
    }

    /// <summary>
    /// The addresses that other machines may reach, and those that can't be read; none if the service listens on
    /// loopback only. On Lambda there is no address, but whoever may invoke the function reaches the service, so the
    /// answer is the name of Lambda.
    /// </summary>
    public static IReadOnlyList<string> BeyondLoopback(IConfiguration configuration)
    {
        if (configuration.IsOnLambda()) return ["AWS Lambda"];

        // Kestrel ignores the addresses of the host if it has endpoints of its own, unless the host's are preferred.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"] ?? e.Path);
        string[] all = configuration[WebHostDefaults.PreferHostingUrlsKey] is null && endpoints.Any()
            ? [.. endpoints]
            : [.. endpoints, .. OfHost(configuration)];
        return [.. all.Where(address => !IsLoopback(address))];
    }

    // The addresses win over the ports, and a port alone is opened on all of the machine's addresses.
    private static string[] OfHost(IConfiguration configuration)
    {
        if (Values(WebHostDefaults.ServerUrlsKey) is { Length: > 0 } urls) return urls;
        return [
            .. Values(WebHostDefaults.HttpPortsKey).Select(port => $"http://*:{port}"),
            .. Values(WebHostDefaults.HttpsPortsKey).Select(port => $"https://*:{port}"),
        ];

        string[] Values(string key) => configuration[key]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    private static bool IsLoopback(string address)
    {
        try
        {
            var parsed = BindingAddress.Parse(address);
            return parsed.IsUnixPipe || parsed.IsNamedPipe
                || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(parsed.Host, out var ip) && IPAddress.IsLoopback(ip));
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
