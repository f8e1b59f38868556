using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Security;

/// <summary>How callers say who they are: by an API key or by a token of an OpenID Connect provider.</summary>
public static class Credentials
{
    public const string Challenge = "Bearer realm=\"S3 Scheduler\"";

    private const string Either = "Credentials";
    private const string RetryAfterSeconds = "5";
    private const string BearerPrefix = "Bearer ";

    public static void AddCredentials(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthenticationSettings>, AuthenticationSettingsValidator>();
        services.AddOptions<AuthenticationSettings>()
            .BindConfiguration(AuthenticationSettings.Section, binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddSingleton(provider => Read(provider.GetRequiredService<IOptions<AuthenticationSettings>>()));
        services.AddSingleton<ApiKeys>();
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = SchemeOf)
            .AddScheme<AuthenticationSchemeOptions, AnonymousHandler>(AnonymousHandler.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<AuthenticationSettings>((options, settings) => Apply(settings.Jwt, options));
        services.AddAuthorization(options =>
        {
            options.FallbackPolicy = options.DefaultPolicy;
            foreach (var scope in Scopes.All)
                options.AddPolicy(scope, policy =>
                    policy.RequireAuthenticatedUser().RequireAssertion(call => call.User.MayUse(scope)));
        });
    }

    /// <summary>The credential of the header Authorization; null if it has none of this kind.</summary>
    public static string? Bearer(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var value
        && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? value[BearerPrefix.Length..].Trim()
            : null;

    private static AuthenticationSettings Read(IOptions<AuthenticationSettings> options)
    {
        try
        {
            return options.Value;
        }
        catch (InvalidOperationException e)
        {
            // An unknown key, or a value of another type. The message names it.
            throw new StartupException($"{AuthenticationSettings.Section}: {e.Message}", e);
        }
    }

    private static string SchemeOf(HttpContext context)
    {
        var settings = context.RequestServices.GetRequiredService<AuthenticationSettings>();
        if (!settings.IsRequired) return AnonymousHandler.SchemeName;
        if (settings.Jwt is null || context.Request.Headers.ContainsKey(ApiKeyHandler.Header))
            return ApiKeyHandler.SchemeName;
        // A token has three parts with dots in between, and an API key has no dot.
        var isKey = settings.ApiKeys.Length > 0 && Bearer(context.Request)?.Contains('.') == false;
        return isKey ? ApiKeyHandler.SchemeName : JwtBearerDefaults.AuthenticationScheme;
    }

    private static void Apply(JwtSettings? settings, JwtBearerOptions options)
    {
        if (settings is null) return;
        (options.Authority, options.Audience) = (settings.Authority, settings.Audience);
        options.RequireHttpsMetadata = !new Uri(settings.Authority).IsLoopback;
        options.MapInboundClaims = false; // the claims keep the names of the standard
        options.TokenValidationParameters.NameClaimType = "sub";
        options.Challenge = Challenge;
        options.Events = new JwtBearerEvents { OnAuthenticationFailed = EnsureIssuerAsync };
    }

    // Without the issuer's keys, every token looks wrong.
    private static async Task EnsureIssuerAsync(AuthenticationFailedContext failed)
    {
        try
        {
            await failed.Options.ConfigurationManager!.GetConfigurationAsync(failed.HttpContext.RequestAborted);
        }
        catch (InvalidOperationException)
        {
            failed.Response.OnStarting(() =>
            {
                failed.Response.Headers.RetryAfter = RetryAfterSeconds;
                return Task.CompletedTask;
            });
            throw new RequestException(StatusCodes.Status503ServiceUnavailable,
                "The issuer of tokens (Authentication:Jwt:Authority) can't be reached, so the token can't be checked. "
                + "Nothing was changed; send the request again.");
        }
    }
}
