using static Microsoft.AspNetCore.Http.StatusCodes;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>Links to content in the store, for clients that read it there.</summary>
public sealed class ContentLinks(IObjectStore store, ScheduleFolder folder)
{
    /// <summary>How long after the answer a client may begin to read. It may read on after that.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <param name="disposition">The Content-Disposition that the store answers with.</param>
    /// <returns>Null: clients can't reach this store.</returns>
    public async Task<ContentLink?> MakeAsync(
        ObjectStream content, string disposition, CancellationToken cancellation)
    {
        if (store is not IPresignedUrls urls) return null;
        await store.EnsureClockAsync(folder.Marker, cancellation);
        var expiresAt = ServerTime.WholeSeconds(store.Clock.Latest + Lifetime);
        return new ContentLink(await urls.PresignGetAsync(content.Source, disposition, expiresAt, cancellation));
    }
}

/// <summary>
/// Answers with a link to the content. ASP.NET's own redirects log where they lead to, and whoever has this link can
/// read the content.
/// </summary>
public sealed class ContentLink(string url) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status307TemporaryRedirect;
        httpContext.Response.Headers.Location = url;
        return Task.CompletedTask;
    }
}

/// <summary>How much content one answer can carry.</summary>
/// <param name="Bytes">Null: any size.</param>
public sealed record AnswerLimit(long? Bytes);
