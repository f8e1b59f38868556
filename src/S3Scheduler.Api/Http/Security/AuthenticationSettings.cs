using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Http.Security;

/// <summary>The section <c>Authentication</c> of the configuration: who may call.</summary>
public sealed class AuthenticationSettings
{
    public const string Section = "Authentication";

    /// <summary>Whoever reaches the service may do everything: something before it authorizes its callers.</summary>
    public bool Anonymous { get; set; }

    public JwtSettings? Jwt { get; set; }

    public ApiKeySettings[] ApiKeys { get; set; } = [];

    /// <summary>Whether callers must say who they are.</summary>
    public bool IsRequired => Jwt is not null || ApiKeys.Length > 0;
}

/// <summary>Tokens of an OpenID Connect provider.</summary>
public sealed class JwtSettings
{
    /// <summary>The issuer's URL. Its keys are found by its discovery document.</summary>
    public string Authority { get; set => field = value ?? ""; } = "";

    /// <summary>What the claim <c>aud</c> of a token must have.</summary>
    public string Audience { get; set => field = value ?? ""; } = "";
}

/// <summary>A key that a caller sends with each request. The service knows only its hash.</summary>
public sealed class ApiKeySettings
{
    /// <summary>Who has the key, for logs and schedules; 1 to 64 of A-Z, a-z, 0-9, '-', '_' and '.'.</summary>
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>Of the key: 64 hex digits.</summary>
    public string Sha256 { get; set => field = value ?? ""; } = "";

    /// <summary>What it may do; see <see cref="Security.Scopes"/>.</summary>
    public string[] Scopes { get; set; } = [];

    /// <summary>Where it may deliver to, as in Scheduler:Destinations; none: wherever the service may.</summary>
    public string[] Destinations { get; set; } = [];
}

/// <summary>Stops the start-up with a message that names the key of each wrong value.</summary>
public sealed class AuthenticationSettingsValidator : IValidateOptions<AuthenticationSettings>
{
    private const int HashDigits = 64;
    private const int LongestName = 64;

    public ValidateOptionsResult Validate(string? name, AuthenticationSettings options)
    {
        var faults = new ValidateOptionsResultBuilder();

        void Check(bool holds, string key, string rule)
        {
            if (!holds) faults.AddError(rule, $"{AuthenticationSettings.Section}:{key}");
        }

        Check(!(options.Anonymous && options.IsRequired), nameof(options.Anonymous),
            "can't be true where Authentication:Jwt or Authentication:ApiKeys say who may call");
        if (options.Jwt is { } jwt)
        {
            Check(IsIssuer(jwt.Authority), "Jwt:Authority", "is the https URL of the issuer");
            Check(jwt.Audience.Length > 0, "Jwt:Audience", "says which audience a token is for");
        }

        Check(AreUnique(key => key.Name), nameof(options.ApiKeys), "has each name once");
        Check(AreUnique(key => key.Sha256.ToUpperInvariant()), nameof(options.ApiKeys), "has each key once");
        foreach (var (index, key) in options.ApiKeys.Index())
        {
            var place = $"{nameof(options.ApiKeys)}:{index}";
            Check(IsName(key.Name), $"{place}:Name", $"has 1 to {LongestName} of A-Z, a-z, 0-9, '-', '_' and '.'");
            Check(key.Sha256.Length == HashDigits && key.Sha256.All(char.IsAsciiHexDigit),
                $"{place}:Sha256", $"is the SHA-256 of a key, {HashDigits} hex digits; 'keys new' makes one");
            Check(key.Scopes.Length > 0 && key.Scopes.All(Scopes.All.Contains),
                $"{place}:Scopes", $"lists one or more of {string.Join(", ", Scopes.All)}");
            foreach (var (number, text) in key.Destinations.Index())
            {
                var fault = AllowedDestinations.FaultOf(text ?? "");
                Check(fault is null, $"{place}:Destinations:{number}", fault ?? "");
            }
        }

        return faults.Build();

        bool AreUnique(Func<ApiKeySettings, string> part) =>
            options.ApiKeys.DistinctBy(part).Count() == options.ApiKeys.Length;
    }

    // Without TLS, whoever is on the way could give the service keys of their own.
    private static bool IsIssuer(string text) => Uri.TryCreate(text, UriKind.Absolute, out var issuer)
        && (issuer.Scheme == Uri.UriSchemeHttps || (issuer.Scheme == Uri.UriSchemeHttp && issuer.IsLoopback));

    private static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

/// <summary>
/// Stops the start-up if a key's destinations are given, but empty, as by a template's variable that is not set: the
/// key could deliver anywhere.
/// </summary>
public sealed class EmptyDestinations(IConfiguration configuration) : IValidateOptions<AuthenticationSettings>
{
    public ValidateOptionsResult Validate(string? name, AuthenticationSettings options)
    {
        var keys = configuration.GetSection($"{AuthenticationSettings.Section}:{nameof(options.ApiKeys)}");
        var empty = keys.GetChildren()
            .Select(key => key.GetSection(nameof(ApiKeySettings.Destinations)))
            .FirstOrDefault(destinations => destinations.Exists() && !destinations.GetChildren().Any());
        return empty is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
            $"{empty.Path} is empty. Leave it out for a key that may deliver wherever the service may.");
    }
}
