using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using S3Scheduler.Api.Delivery;
using S3Scheduler.Api.Http.Limits;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Http.Sweeps;

public static class SweepsApi
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15); // as long as a Lambda function can run

    public static void MapSweeps(this IEndpointRouteBuilder routes) => routes.MapPost("/sweeps", Post)
        .RequireScope(Scopes.Sweep)
        .RequireRateLimiting(CallerLimits.Sweeps)
        .RefuseOtherParametersThan("for")
        .WithTags("Sweeps")
        .WithName("sweep").WithSummary("Sweep now")
        .WithDescription("Delivers what is due. For a cron or Lambda trigger; the service's own worker needs no call.")
        .Answers(StatusCodes.Status200OK, "The sweep is over, or another one is under way.")
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status502BadGateway).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    // A sweep may take minutes, and a host that stops waits for its requests, so the sweep ends when the host stops. It
    // goes on when its caller hangs up: others could not sweep meanwhile, and nothing would be delivered.
    private static async Task<Ok<SweepResponse>> Post(
        [FromQuery(Name = "for"), Description(
            "Keep sweeping for this time, instead of once: an ISO 8601 duration up to PT15M.")] string? duration,
        SweepLoop loop, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        var result = duration is null
            ? await loop.SweepOnRequestAsync(lifetime.ApplicationStopping)
            : await loop.RunAsync(Duration(duration), cancellation, lifetime.ApplicationStopping);
        return TypedResults.Ok(SweepResponse.From(result));
    }

    private static TimeSpan Duration(string text)
    {
        if (DueTime.ParseDelay(text) is not { } duration)
            throw new InvalidScheduleException("for", DelayFaults.Of(text));
        return duration <= Longest
            ? duration
            : throw new InvalidScheduleException("for", $"'{Echo.Of(text)}' is more than PT15M, the longest time.");
    }
}

/// <summary>What one sweep did.</summary>
/// <param name="Outcome">swept; idle: nothing was due; busy: another sweep is under way.</param>
/// <param name="Delivered">How many schedules it delivered.</param>
/// <param name="Failed">How many schedules it moved to the failed ones, because they can't be delivered.</param>
/// <param name="NextDueAt">When the next schedule is due, as far as this sweep saw; null if it saw none.</param>
/// <param name="Remaining">Whether it ended before everything due was delivered; the next sweep continues.</param>
public sealed record SweepResponse(
    SweepOutcome Outcome, int Delivered, int Failed, [property: JsonRequired] DateTimeOffset? NextDueAt, bool Remaining)
{
    public static SweepResponse From(SweepResult result) =>
        new(result.Outcome, result.Delivered, result.Failed, result.NextDueAt, result.Remaining);
}
