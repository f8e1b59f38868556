using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Schedules;

public static class ContentApi
{
    /// <param name="group">That of <c>/schedules</c>.</param>
    public static void MapContent(this RouteGroupBuilder group)
    {
        Map(group, HttpMethods.Get, "getScheduleContent", "Read a schedule's content",
            "Or a range of it, or only where it is not the one that the client has.");
        Map(group, HttpMethods.Head, "headScheduleContent", "What is a schedule's content?", "As GET, without the body.");
    }

    private static void Map(RouteGroupBuilder group, string method, string name, string summary, string description) =>
        group.MapMethods("/{key}/content", [method], Get)
            .WithName(name)
            .WithSummary(summary)
            .WithDescription(description)
            .WithMetadata(new ContentBody())
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status416RangeNotSatisfiable);

    private static async Task<Results<ContentAnswer, ProblemHttpResult>> Get(
        [FromRoute] string key, Scheduler scheduler, HttpContext context, CancellationToken cancellation)
    {
        var openImmediately = OpensImmediately(context.Request);
        if (!ScheduleKey.TryParse(key, out var parsed)
            || await scheduler.FindContentAsync(parsed, openImmediately, cancellation) is not { } content)
            return Problem.NotFound(key);

        context.Response.RegisterForDisposeAsync(content);
        return new ContentAnswer(content);
    }

    // Else what the store is about to send may not be wanted.
    private static bool OpensImmediately(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Headers.ContainsKey(HeaderNames.Range)
        && !request.Headers.Keys.Any(name => name.StartsWith("If-", StringComparison.OrdinalIgnoreCase));
}
