using Microsoft.Net.Http.Headers;
using S3Scheduler.Api.Http.Problems;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>Answers with content, or with the part of it that the request's Range and conditions ask for.</summary>
public sealed class ContentAnswer(ObjectStream content) : IResult
{
    // Not Cache-Control: that header is for readers of the destination.
    private static readonly ObjectHeader[] Headers =
        [ObjectHeader.ContentDisposition, ObjectHeader.ContentEncoding, ObjectHeader.ContentLanguage];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, attributes) = (httpContext.Response, content.Info.Attributes);
        response.Headers.CacheControl = "no-store"; // the schedule can be delivered or cancelled at any moment
        foreach (var header in Headers) response.Headers[header.Name] = header.Get(attributes);
        // A client chose these bytes: a browser must not show them as a page of this service.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox";

        // ASP.NET ignores the unit, and would answer with a range of bytes.
        var range = httpContext.Request.GetTypedHeaders().Range;
        if (range is not null && !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase))
            httpContext.Request.Headers.Range = default;

        var answer = TypedResults.Stream(
            content, attributes.ContentType, null, content.Info.LastModified,
            EntityTagHeaderValue.Parse(content.Info.ETag), enableRangeProcessing: true);
        await answer.ExecuteAsync(httpContext);
        if (response.StatusCode is not (Status412PreconditionFailed or Status416RangeNotSatisfiable)) return;

        // The body is now a problem, so the headers of the content would be wrong.
        response.ContentLength = null;
        foreach (var header in Headers) response.Headers.Remove(header.Name);
        await Problem.ContentWithheld(response.StatusCode, content.Length).ExecuteAsync(httpContext);
    }
}
