using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace S3Scheduler.Api.Tests.Http.Security;

/// <summary>An OpenID Connect provider: it has a discovery document, and signs tokens.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    public const string Audience = "s3-scheduler";

    /// <summary>The name of the console at this provider.</summary>
    public const string Console = "console";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _otherKey = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, IQueryCollection> _asked = new();
    private WebApplication? _app;

    /// <summary>The origin of pages that may ask for tokens; null: none.</summary>
    public string? AllowedOrigin { get; set; }

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
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", (Delegate)ExchangeAsync);
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

    // The person who is asked agrees at once.
    private RedirectHttpResult Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        query["response_type"].ToString().ShouldBe("code");
        query["client_id"].ToString().ShouldBe(Console);
        query["code_challenge_method"].ToString().ShouldBe("S256");
        var code = RandomNumberGenerator.GetHexString(16);
        _asked[code] = query;
        return TypedResults.Redirect(
            $"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
    }

    // A code is for one exchange, by whoever knows the verifier of its challenge.
    private async Task<IResult> ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (AllowedOrigin is not null) context.Response.Headers.AccessControlAllowOrigin = AllowedOrigin;
        var challenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!)));
        return _asked.TryRemove(form["code"].ToString(), out var asked) && asked["code_challenge"] == challenge
            && asked["redirect_uri"] == form["redirect_uri"] && form["client_id"] == Console
            ? Results.Json(new { access_token = Token(asked["scope"].ToString()), token_type = "Bearer" })
            : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _key.Dispose();
        _otherKey.Dispose();
    }
}
