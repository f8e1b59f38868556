using Microsoft.AspNetCore.Cors.Infrastructure;
using S3Scheduler.Api.Http.Problems;

namespace S3Scheduler.Api.Http.Security;

/// <summary>Keeps pages of other origins from using the service through a browser that reaches it.</summary>
public static class CrossOriginRequests
{
    /// <summary>
    /// Refuses a request that may change something if a browser sends it for a page of another origin, unless CORS
    /// allows that origin. CORS alone keeps the page from reading the answer, but not from sending a form.
    /// </summary>
    public static void UseSameOrigin(this WebApplication app)
    {
        var allowed = new CorsPolicyBuilder(app.Services.GetRequiredService<SchedulerOptions>().CorsOrigins).Build();
        app.Use((context, next) =>
            MayChange(context.Request.Method) && IsOfAnotherOrigin(context.Request)
            && !allowed.AllowAnyOrigin && !allowed.IsOriginAllowed(context.Request.Headers.Origin.ToString())
                ? Problem.OtherOrigin().ExecuteAsync(context)
                : next(context));
    }

    private static bool MayChange(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    // Browsers send Sec-Fetch-Site over HTTPS and to loopback only, but Origin everywhere. Programs send neither.
    private static bool IsOfAnotherOrigin(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" or "none" => false,
        "" => request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsOwn(origin, request.Host),
        _ => true,
    };

    // The scheme is not compared: behind a proxy that ends TLS, the service does not know that of the page.
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && Uri.TryCreate($"{page.Scheme}://{host}", UriKind.Absolute, out var own)
        && page.Authority == own.Authority;
}
