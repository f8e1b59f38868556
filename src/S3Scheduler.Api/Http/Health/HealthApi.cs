using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using S3Scheduler.Api.Delivery.Pipeline;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Health;

public static class HealthApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous().DisableRateLimiting();
        group.MapRead("/live", () => TypedResults.Ok(new HealthResponse("live")), "getLive", "headLive", live => live
            .WithSummary("Is the process up?"));
        group.MapRead("/ready", GetReady, "getReady", "headReady", ready => ready
            .WithSummary("Can it reach its bucket, and do deliveries go well?")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .Describe(operation => ((OpenApiResponse)operation.Responses!["503"]).Headers = null)); // no Retry-After
        routes.MapState();
    }

    private static async Task<Results<Ok<HealthResponse>, ProblemHttpResult>> GetReady(
        IObjectStore store, ScheduleFolder folder, StoreProbe probe, SweepHealth sweeps, TimeProvider time,
        CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await probe.EnsureAsync(stop.Token);
            await store.ListAsync(folder.Bucket, folder.Prefix, folder.BeforeLeases, 1, stop.Token);
            if (sweeps.IsStuck) return Problem.SweepsStuck();
            var problems = sweeps.Problems();
            return TypedResults.Ok(problems.Count == 0
                ? new HealthResponse("ready") : new HealthResponse("degraded", problems));
        }
        catch (Exception e) when (e is StoreException || patience.IsCancellationRequested)
        {
            return Problem.StoreUnavailable();
        }
    }
}

/// <param name="Status">live; ready; degraded: it takes schedules, but deliveries do not go well.</param>
/// <param name="Problems">When it is degraded: what is wrong, for an operator.</param>
public sealed record HealthResponse(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Problems = null);
