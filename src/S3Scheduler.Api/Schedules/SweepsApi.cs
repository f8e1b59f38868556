using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Schedules;

public static class SweepsApi
{
    /// <summary>What a Lambda function can take at the most.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    public static void MapSweeps(this IEndpointRouteBuilder routes) => routes.MapPost("/sweeps", Post)
        .RefuseOtherParametersThan("for")
        .WithTags("Sweeps")
        .WithName("sweep")
        .WithSummary("Sweep now")
        .WithDescription("Delivers what is due. For a cron or Lambda trigger; the service's own worker needs no call.")
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    // A host that stops waits for the requests under way, and this one may take minutes.
    private static async Task<Ok<SweepResponse>> Post(
        [FromQuery(Name = "for"), Description("Keep sweeping as things fall due, instead of once: an ISO 8601 duration up to PT15M.")] string? duration,
        Sweep sweep, LongSweep longSweep, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        var result = duration is null
            ? await sweep.RunAsync(stop.Token)
            : await longSweep.RunAsync(Duration(duration), stop.Token);
        return TypedResults.Ok(SweepResponse.From(result));
    }

    private static TimeSpan Duration(string text) =>
        DueTime.ParseDelay(text) is { } duration && duration <= Longest
            ? duration
            : throw new InvalidScheduleException("for", "It is an ISO 8601 duration up to PT15M, such as PT50S.");
}
