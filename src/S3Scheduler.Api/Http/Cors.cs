using Microsoft.Net.Http.Headers;

namespace S3Scheduler.Api.Http;

public static class Cors
{
    /// <summary>The headers that a page may read, besides those that browsers always allow.</summary>
    private static readonly string[] Exposed =
    [
        HeaderNames.Location, HeaderNames.ETag, HeaderNames.Link, HeaderNames.RetryAfter,
        HeaderNames.AcceptRanges, HeaderNames.ContentRange, HeaderNames.ContentDisposition, RequestIds.Header,
    ];

    /// <summary>Lets pages of the configured origins call the service; browsers block all other pages.</summary>
    public static void UseCorsOrigins(this WebApplication app)
    {
        if (app.Services.GetRequiredService<SchedulerOptions>().CorsOrigins is not { Length: > 0 } origins) return;
        app.UseCors(policy => policy.WithOrigins(origins).AllowAnyHeader().WithExposedHeaders(Exposed)
            .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Patch, HttpMethods.Delete));
    }
}
