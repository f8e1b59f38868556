using System.Text;
using Microsoft.Net.Http.Headers;
using S3Scheduler.Api.Http.Problems;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>Answers with content, or with the part of it that the request's Range and conditions ask for.</summary>
public sealed class ContentAnswer(ObjectStream content) : IResult
{
    // A client chose these bytes: a browser must not show them as a page of this service.
    private const string Policy = "sandbox; default-src 'none'; frame-ancestors 'none'";

    // Not Cache-Control: that header is for readers of the destination.
    private static readonly ObjectHeader[] Headers =
        [ObjectHeader.ContentDisposition, ObjectHeader.ContentEncoding, ObjectHeader.ContentLanguage];

    // What a browser only shows. Not SVG, which can have scripts.
    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "text/plain", "application/json", "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif",
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, attributes) = (httpContext.Response, content.Info.Attributes);
        foreach (var header in Headers) response.Headers[header.Name] = Printable(header.Get(attributes));
        response.Headers.ContentDisposition = Disposition(attributes);
        response.Headers.ContentSecurityPolicy = Policy;

        // ASP.NET ignores the unit, and would answer with a range of bytes.
        var range = httpContext.Request.GetTypedHeaders().Range;
        if (range is not null && !IsBytes(range)) httpContext.Request.Headers.Range = default;

        var answer = TypedResults.Stream(
            content, Printable(attributes.ContentType), null, content.Info.LastModified, Tag(content.Info.ETag),
            enableRangeProcessing: true);
        await answer.ExecuteAsync(httpContext);
        if (response.StatusCode is not (Status412PreconditionFailed or Status416RangeNotSatisfiable)) return;

        // The body is now a problem, so the headers of the content would be wrong.
        response.ContentLength = null;
        foreach (var header in Headers) response.Headers.Remove(header.Name);
        response.Headers.Remove(HeaderNames.ContentSecurityPolicy);
        await Problem.ContentWithheld(response.StatusCode, content.Length).ExecuteAsync(httpContext);
    }

    /// <summary>
    /// How many bytes the answer to this request has, if the request's other conditions hold: then it has all of the
    /// content, or a part of it. Answers to HEAD have none.
    /// </summary>
    public long LengthFor(HttpRequest request)
    {
        if (HttpMethods.IsHead(request.Method)) return 0;
        var headers = request.GetTypedHeaders();
        var isPart = headers.Range is { Ranges.Count: 1 } && IsBytes(headers.Range)
            && (headers.IfRange is not { } condition
                || condition.EntityTag?.Compare(Tag(content.Info.ETag), useStrongComparison: true) == true);
        if (!isPart) return content.Length;
        var range = headers.Range!.Ranges.Single();
        if (range.From is not { } from) return Math.Min(range.To ?? 0, content.Length); // the last bytes
        return Math.Min(range.To ?? long.MaxValue, content.Length - 1) - from + 1;
    }

    /// <summary>The content's disposition, as an attachment.</summary>
    public string Attachment()
    {
        var written = Printable(content.Info.Attributes.ContentDisposition);
        if (!ContentDispositionHeaderValue.TryParse(written, out var disposition)) return "attachment";
        disposition.DispositionType = "attachment";
        return disposition.ToString();
    }

    private static bool IsBytes(RangeHeaderValue range) =>
        range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase);

    // Null: a header can't carry the value. Objects that others have put into the folder can have any.
    private static string? Printable(string? value) => value?.All(c => c is >= ' ' and <= '~') == true ? value : null;

    // An ETag that a header can't carry is written as hex digits, which differ when it does.
    private static EntityTagHeaderValue Tag(string etag) =>
        Printable(etag) is { } printable && EntityTagHeaderValue.TryParse(printable, out var tag)
            ? tag
            : new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(etag))}\"");

    // A browser saves what is not harmless, instead of opening it. The file's name stays.
    private string? Disposition(ObjectAttributes attributes)
    {
        var isHarmless = MediaTypeHeaderValue.TryParse(attributes.ContentType, out var type)
            && Harmless.Contains(type.MediaType.ToString());
        return isHarmless ? Printable(attributes.ContentDisposition) : Attachment();
    }
}
