using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Http.Console;

/// <summary>The section <c>Console</c> of the configuration.</summary>
public sealed class ConsoleSettings
{
    public const string Section = "Console";

    private const string KeyPlace = "{key}";

    /// <summary>Where deliveries are traced, such as <c>https://traces.example.org/search?key={key}</c>.</summary>
    public string? TraceUrl { get; set; }

    /// <summary>How people sign in at the issuer of Authentication:Jwt; null: with an API key only.</summary>
    public OidcSettings? Oidc { get; set; }

    /// <exception cref="StartupException">There is an unknown setting or a wrong value; it names it.</exception>
    public static ConsoleSettings Read(IConfiguration configuration, AuthenticationSettings authentication)
    {
        var section = configuration.GetSection(Section);
        // A variable that is only called CONSOLE belongs to something else.
        if (!section.GetChildren().Any()) return new ConsoleSettings();
        try
        {
            var settings = section.Get<ConsoleSettings>(binder => binder.ErrorOnUnknownConfiguration = true)!;
            return settings.Fault(authentication) is { } fault
                ? throw new StartupException($"{Section}:{fault}")
                : settings;
        }
        catch (InvalidOperationException e)
        {
            // An unknown key. The message names it.
            throw new StartupException($"{Section}: {e.Message}", e);
        }
    }

    private string? Fault(AuthenticationSettings authentication)
    {
        // The page makes a link of it, so it must not be a script.
        var isLink = TraceUrl is null || (TraceUrl.Contains(KeyPlace, StringComparison.Ordinal)
            && Uri.TryCreate(TraceUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http");
        if (!isLink) return $"{nameof(TraceUrl)} is an http or https URL with {KeyPlace} in it";
        if (Oidc is null) return null;
        if (Oidc.ClientId is "") return "Oidc:ClientId is the name of the console at the issuer";
        return authentication.Jwt is null
            ? "Oidc:ClientId needs Authentication:Jwt, which says where people sign in"
            : null;
    }
}

/// <summary>The console as a public client of an OpenID Connect provider.</summary>
public sealed class OidcSettings
{
    /// <summary>The name of the console at the provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>What the console asks for, with spaces in between. Providers name scopes differently.</summary>
    public string Scope { get; set; } = string.Join(' ', ["openid", .. Scopes.All]);
}
