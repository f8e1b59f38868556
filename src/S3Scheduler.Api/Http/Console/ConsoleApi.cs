using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Console;

/// <summary>
/// The console: one page at <c>/</c>. Page and files are public, because the page asks who is there. What it shows
/// comes from the API, with the credentials of whoever uses it.
/// </summary>
public static class ConsoleApi
{
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddConsole(this IServiceCollection services) => services
        .AddSingleton<ConsoleAssets>()
        .AddSingleton<SignInProvider>()
        .AddSingleton(provider => ConsoleSettings.Read(
            provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<AuthenticationSettings>()));

    public static void MapConsole(this WebApplication app)
    {
        app.Services.GetRequiredService<ConsoleSettings>(); // a wrong setting stops the start
        var routes = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        routes.MapMethods("/", Read, GetPageAsync);
        routes.MapMethods("/console/config.json", Read, GetConfigAsync);
        routes.MapMethods("/console/{hash}/{**path}", Read, GetAsset);
    }

    private static async Task<IResult> GetPageAsync(
        ConsoleAssets assets, SignInProvider provider, PresignedUploads uploads, HttpContext context,
        CancellationToken cancellation)
    {
        // The page's links are relative, so they work behind any path, but only with the slash at its end.
        if (!context.Request.Path.HasValue)
            return TypedResults.Redirect($"{context.Request.PathBase}/{context.Request.QueryString}");
        var signIn = await provider.FindAsync(cancellation);
        context.Response.Headers.ContentSecurityPolicy =
            ConsolePolicy.Of(signIn?.TokenEndpoint, await uploads.AddressAsync(cancellation));
        return assets.Page.Answer(context, "no-cache");
    }

    private static async Task<Ok<ConsoleConfig>> GetConfigAsync(
        ConsoleSettings settings, AuthenticationSettings authentication, SignInProvider provider,
        PresignedUploads uploads, HttpContext context, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new ConsoleConfig(
            ServiceVersion.Text, authentication.IsRequired, authentication.ApiKeys.Length > 0,
            await provider.FindAsync(cancellation), settings.TraceUrl,
            await uploads.AddressAsync(cancellation) is not null));
    }

    // While replicas of two versions run, a page of one may ask the other for its files. Those must not be kept.
    private static IResult GetAsset(string hash, string? path, ConsoleAssets assets, HttpContext context) =>
        assets.Find(path ?? "")?.Answer(context,
            hash == assets.Hash ? "public, max-age=31536000, immutable" : "no-store") ?? TypedResults.NotFound();
}

/// <summary>What the page has to know before anybody has signed in.</summary>
/// <param name="AsksWhoCalls">Whether one must sign in.</param>
/// <param name="TakesKeys">Whether one can sign in with an API key.</param>
/// <param name="Oidc">How one can sign in with an OpenID Connect provider; null: not at all.</param>
/// <param name="TraceUrl">Where a trace is shown: a URL with <c>{key}</c>; null: nowhere.</param>
/// <param name="HasUploads">Whether content may go straight to the bucket.</param>
public sealed record ConsoleConfig(
    string Version, bool AsksWhoCalls, bool TakesKeys, SignIn? Oidc, string? TraceUrl, bool HasUploads);
