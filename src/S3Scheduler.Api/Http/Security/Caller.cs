using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Security;

/// <summary>Who sent a request, and where it may deliver to.</summary>
/// <param name="Name">The API key's name or the token's subject; null: anonymous.</param>
/// <param name="Destinations">It sees and touches only schedules to them; null: all schedules.</param>
public sealed record Caller(string? Name, AllowedDestinations? Destinations)
{
    private static readonly Caller Anonymous = new(null, null);

    /// <summary>Whom the credentials of the request name, once they were checked.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? Anonymous;

    /// <summary>Why it may not deliver to other destinations than its own.</summary>
    public RequestException Refuse() => new(StatusCodes.Status403Forbidden,
        $"'{Name}' may deliver only to {Destinations}. Nothing was changed.");

    public bool MayDeliverTo(Destination destination) => Destinations?.Allows(destination) != false;
}
