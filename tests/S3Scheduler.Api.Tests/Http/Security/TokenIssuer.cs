using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace S3Scheduler.Api.Tests.Http.Security;

/// <summary>An OpenID Connect provider: it has a discovery document, and signs tokens.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    public const string Audience = "s3-scheduler";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _otherKey = RSA.Create(2048);
    private WebApplication? _app;

    public string Url => _app!.Urls.Single();

    public async Task<TokenIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => new
        {
            issuer = Url,
            jwks_uri = $"{Url}/keys",
            authorization_endpoint = $"{Url}/authorize",
            token_endpoint = $"{Url}/token",
        });
        _app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_key.ExportParameters(false)));
            return Results.Json(new { keys = new[] { new { kty = key.Kty, n = key.N, e = key.E, use = "sig" } } });
        });
        await _app.StartAsync(Core.Cancellation);
        return this;
    }

    /// <summary>A token that the service should accept, but for what is said otherwise.</summary>
    public string Token(
        string scopes, string audience = Audience, TimeSpan? age = null, bool isForged = false, string claim = "scope",
        string subject = "billing")
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime - (age ?? TimeSpan.Zero);
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Url,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + TimeSpan.FromMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = subject, [claim] = scopes },
            SigningCredentials = new SigningCredentials(
                new RsaSecurityKey(isForged ? _otherKey : _key), SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _key.Dispose();
        _otherKey.Dispose();
    }
}
