using System.Security.Claims;

namespace S3Scheduler.Api.Http.Security;

/// <summary>What a caller may do. Each endpoint but those of health needs one of them.</summary>
public static class Scopes
{
    public const string Read = "schedules:read";
    public const string Write = "schedules:write";
    public const string Sweep = "sweeps:run";
    public const string Metrics = "metrics:read";

    public static readonly IReadOnlyList<string> All = [Read, Write, Sweep, Metrics];

    /// <summary>
    /// The claims of a token that list its scopes, with spaces in between: the standard's and Entra's.
    /// </summary>
    private static readonly string[] Claims = ["scope", "scp"];

    public static RouteHandlerBuilder RequireScope(this RouteHandlerBuilder endpoint, string scope) =>
        endpoint.RequireAuthorization(scope)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);

    public static bool MayUse(this ClaimsPrincipal caller, string scope) =>
        caller.Claims.Any(claim => Claims.Contains(claim.Type) && claim.Value.Split(' ').Contains(scope));

    /// <summary>An identity that has these scopes. <see cref="Caller"/> says whose it is.</summary>
    public static ClaimsPrincipal Identify(string scheme, IEnumerable<string> scopes) =>
        new(new ClaimsIdentity(scopes.Select(scope => new Claim(Claims[0], scope)), scheme));
}
