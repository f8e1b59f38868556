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

    private static async Task<Ok<SweepResponse>> Post(Sweep sweep, CancellationToken cancellation) =>
        TypedResults.Ok(SweepResponse.From(await sweep.RunAsync(cancellation)));
}
