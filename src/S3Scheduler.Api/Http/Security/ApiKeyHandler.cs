using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Http.Security;

/// <summary>Recognizes callers by the API key in <c>X-Api-Key</c> or <c>Authorization: Bearer</c>.</summary>
public sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string Header = "X-Api-Key";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var sent = Request.Headers.TryGetValue(Header, out var value) ? value.ToString() : Credentials.Bearer(Request);
        if (sent is null) return Task.FromResult(AuthenticateResult.NoResult());
        if (keys.Find(sent) is not { } key) return Task.FromResult(AuthenticateResult.Fail("There is no such key."));

        Context.Features.Set(key.Caller);
        var identity = Scopes.Identify(SchemeName, key.Scopes);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(identity, SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Credentials.Challenge;
        return Task.CompletedTask;
    }
}

/// <summary>Where no caller has to say who it is: everyone may do everything.</summary>
public sealed class AnonymousHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Anonymous";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.Success(
        new AuthenticationTicket(Scopes.Identify(SchemeName, Scopes.All), SchemeName)));
}
