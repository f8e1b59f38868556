using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Http.Console;

/// <summary>Finds where people sign in: the issuer's discovery document may name other hosts than its own.</summary>
public sealed class SignInProvider(
    ConsoleSettings settings, IssuerKeys keys, IOptionsMonitor<JwtBearerOptions> options)
{
    /// <summary>Null: the console has no name at an issuer.</summary>
    public async Task<SignIn?> FindAsync(CancellationToken cancellation)
    {
        if (settings.Oidc is not { } oidc) return null;
        var issuer = options.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!;
        if (!await keys.AreKnownAsync(issuer, cancellation)) return new(oidc.ClientId, oidc.Scope, null, null);
        var found = await issuer.GetConfigurationAsync(cancellation);
        return new(oidc.ClientId, oidc.Scope, Link(found.AuthorizationEndpoint), Link(found.TokenEndpoint));
    }

    private static Uri? Link(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" ? url : null;
}

/// <summary>How the page signs people in: by an authorization code with PKCE.</summary>
/// <param name="AuthorizationEndpoint">Null: the issuer does not answer.</param>
/// <param name="TokenEndpoint">Null: the issuer does not answer.</param>
public sealed record SignIn(string ClientId, string Scope, Uri? AuthorizationEndpoint, Uri? TokenEndpoint);
