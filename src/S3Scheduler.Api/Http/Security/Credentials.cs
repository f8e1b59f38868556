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
    private const string Subject = "sub";
    private const string BearerPrefix = "Bearer ";

    public static void AddCredentials(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthenticationSettings>, AuthenticationSettingsValidator>();
        services.AddSingleton<IValidateOptions<AuthenticationSettings>, EmptyDestinations>();
        services.AddOptions<AuthenticationSettings>()
            .BindConfiguration(AuthenticationSettings.Section, binder => binder.ErrorOnUnknownConfiguration = true);
        services.AddSingleton(provider => Read(provider.GetRequiredService<IOptions<AuthenticationSettings>>()));
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<IssuerKeys>();
        // Not AddAuthentication and AddJwtBearer: they write keys for cookies into the home directory.
        services.AddWebEncoders();
        services.AddAuthenticationCore(options => options.DefaultScheme = Either);
        new AuthenticationBuilder(services)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = SchemeOf)
            .AddScheme<AuthenticationSchemeOptions, AnonymousHandler>(AnonymousHandler.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddScheme<JwtBearerOptions, JwtBearerHandler>(JwtBearerDefaults.AuthenticationScheme, null);
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, JwtBearerPostConfigureOptions>();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<AuthenticationSettings, IssuerKeys>((options, settings, keys) =>
                Apply(settings.Jwt, keys, options));
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

    private static void Apply(JwtSettings? settings, IssuerKeys keys, JwtBearerOptions options)
    {
        if (settings is null) return;
        (options.Authority, options.Audience) = (settings.Authority, settings.Audience);
        options.RequireHttpsMetadata = !new Uri(settings.Authority).IsLoopback;
        options.BackchannelTimeout = IssuerKeys.Pause;
        options.MapInboundClaims = false; // the claims keep the names of the standard
        options.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        options.Challenge = Challenge;
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = received => CheckAsync(received, keys),
            OnTokenValidated = IdentifyAsync,
            OnChallenge = AnswerAsync,
        };
    }

    // Before the token is validated, because the handler would log each token that it can't check as an error.
    private static async Task CheckAsync(MessageReceivedContext received, IssuerKeys keys)
    {
        if (Bearer(received.Request) is null) return;
        if (!await keys.AreKnownAsync(received.Options.ConfigurationManager!, received.HttpContext.RequestAborted))
            received.Fail(new IssuerOutOfReachException());
    }

    private static Task IdentifyAsync(TokenValidatedContext validated)
    {
        if (validated.Principal?.FindFirst(Subject)?.Value is { Length: > 0 } subject)
            validated.HttpContext.Features.Set(new Caller($"token:{subject}", null));
        else validated.Fail("The token does not say whose it is.");
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(JwtBearerChallengeContext challenge)
    {
        if (challenge.AuthenticateFailure is not IssuerOutOfReachException) return;
        challenge.HandleResponse();
        challenge.Response.Headers.RetryAfter = $"{IssuerKeys.Pause.TotalSeconds:0}";
        await Problem.IssuerOutOfReach().ExecuteAsync(challenge.HttpContext);
    }

    private sealed class IssuerOutOfReachException : Exception;
}
