using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Http.OpenApi;

namespace S3Scheduler.Api.Http.Security;

public static class MeApi
{
    public static void MapMe(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/me", Get, "getMe", "headMe", me => me
            .RequireAuthorization()
            .WithTags("Caller")
            .WithSummary("Who the service takes the caller for, and what it may do")
            .Answers(StatusCodes.Status200OK, "The caller.")
            .ProducesProblem(StatusCodes.Status401Unauthorized));

    private static Ok<MeResponse> Get(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = Caller.Of(context);
        return TypedResults.Ok(new MeResponse(
            caller.Name, [.. Scopes.All.Where(context.User.MayUse)], caller.Destinations?.Texts));
    }
}

/// <param name="Name">The API key's name or the token's subject; null: the service asks nobody who calls.</param>
/// <param name="Scopes">What the caller may do.</param>
/// <param name="Destinations">
/// Where it may deliver to, as <c>bucket</c> or <c>bucket/prefix</c>; null: wherever the service may.
/// </param>
public sealed record MeResponse(string? Name, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Destinations);
