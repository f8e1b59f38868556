using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using S3Scheduler.Api.Delivery;
using S3Scheduler.Api.Layout;

namespace S3Scheduler.Api.Http.Sweeps;

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
        Sweep sweep, SweepLoop loop, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        var result = duration is null
            ? await sweep.RunAsync(stop.Token)
            : await loop.RunAsync(Duration(duration), stop.Token);
        return TypedResults.Ok(SweepResponse.From(result));
    }

    private static TimeSpan Duration(string text) =>
        DueTime.ParseDelay(text) is { } duration && duration <= Longest
            ? duration
            : throw new InvalidScheduleException("for", "It is an ISO 8601 duration up to PT15M, such as PT50S.");
}

/// <summary>What one sweep did.</summary>
/// <param name="Outcome">swept; idle: nothing was due; busy: another sweep is under way.</param>
/// <param name="Delivered">Schedules that are at their destination now.</param>
/// <param name="Failed">Schedules that can't be delivered, and stand among the failed ones now.</param>
/// <param name="NextDueAt">When the next schedule is due, as far as this sweep saw; null: none that it saw.</param>
/// <param name="Remaining">Whether it ended before it had come to all that was due: the next one goes on.</param>
public sealed record SweepResponse(SweepOutcome Outcome, int Delivered, int Failed, DateTimeOffset? NextDueAt, bool Remaining)
{
    public static SweepResponse From(SweepResult result) =>
        new(result.Outcome, result.Delivered, result.Failed, result.NextDueAt, result.Remaining);
}
