using Microsoft.Net.Http.Headers;

namespace S3Scheduler.Api.Http.Security;

/// <summary>Headers of every answer that keep browsers from running, framing, guessing or keeping it.</summary>
public static class SecurityHeaders
{
    // JSON needs nothing. Swagger UI and content set policies of their own.
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // Set when the answer starts, because the exception handler clears the headers.
        context.Response.OnStarting(() =>
        {
            Apply(context);
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Not no-referrer: with it, browsers send no Origin with forms of the service's own pages.
        headers["Referrer-Policy"] = "same-origin";
        // CORS does not look at content that a page embeds as an image or a script.
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (!headers.ContainsKey(HeaderNames.ContentSecurityPolicy)) headers.ContentSecurityPolicy = Nothing;
        // A schedule can be delivered or cancelled at any moment, and is nobody else's business.
        if (context.Request.Path.StartsWithSegments("/schedules")) headers.CacheControl = "no-store";
    }
}
