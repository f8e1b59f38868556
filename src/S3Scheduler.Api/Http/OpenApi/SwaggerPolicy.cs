using System.Security.Cryptography;
using System.Text;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>What Swagger UI may load: its own files, and answers of this service.</summary>
internal static class SwaggerPolicy
{
    // Hides "Send empty value": the service treats an empty field as missing.
    private const string OwnStyle = ".parameter__empty_value_toggle { display: none !important; }";

    // Swagger UI puts this style into its logo.
    private const string LogoStyle = ".logo_small_svg__cls-2{fill:#fff}.logo_small_svg__cls-3{fill:#85ea2d}";

    public const string HeadContent = $"<style>{OwnStyle}</style>";

    // Its icons are data URLs, and an image that is answered is a blob.
    private static readonly string Value =
        $"default-src 'none'; script-src 'self'; style-src 'self' {Hash(OwnStyle)} {Hash(LogoStyle)}; "
        + "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    public static void UseSwaggerPolicy(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/swagger"))
            context.Response.Headers.ContentSecurityPolicy = Value;
        return next(context);
    });

    private static string Hash(string style) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'";
}
