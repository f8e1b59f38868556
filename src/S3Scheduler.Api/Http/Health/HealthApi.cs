using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Health;

public static class HealthApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health");
        group.MapGet("/live", () => TypedResults.Ok(new HealthResponse("live")))
            .WithName("getLive").WithSummary("Is the process up?");
        group.MapGet("/ready", GetReady)
            .WithName("getReady").WithSummary("Can it reach its bucket?")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .Describe(operation => ((OpenApiResponse)operation.Responses!["503"]).Headers = null); // no Retry-After
    }

    private static async Task<Results<Ok<HealthResponse>, ProblemHttpResult>> GetReady(
        IObjectStore store, ScheduleFolder folder, StoreProbe probe, TimeProvider time, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await probe.EnsureAsync(stop.Token);
            await store.ListAsync(folder.Bucket, folder.Prefix, folder.BeforeLeases, 1, stop.Token);
            return TypedResults.Ok(new HealthResponse("ready"));
        }
        catch (Exception e) when (e is StoreException || patience.IsCancellationRequested)
        {
            return Problem.StoreUnavailable();
        }
    }
}

public sealed record HealthResponse(string Status);
