using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Schedules;

public static class SweepsApi
{
    public static void MapSweeps(this IEndpointRouteBuilder routes) => routes.MapPost("/sweeps", Post)
        .WithTags("Sweeps")
        .WithName("sweep")
        .WithSummary("Sweep now")
        .WithDescription("Delivers what is due. For a cron or Lambda trigger; the service's own worker needs no call.")
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    // A host that stops waits for the requests under way, and this one may take minutes.
    private static async Task<Ok<SweepResponse>> Post(
        Sweep sweep, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        return TypedResults.Ok(SweepResponse.From(await sweep.RunAsync(stop.Token)));
    }
}
