using Microsoft.Net.Http.Headers;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>Answers with a content, or with as much of it as the request's Range and conditions ask for.</summary>
public sealed class ContentAnswer(ObjectStream content) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, attributes) = (httpContext.Response, content.Info.Attributes);
        response.Headers.CacheControl = "no-store"; // the schedule may be gone any moment
        response.Headers.ContentDisposition = attributes.ContentDisposition;
        response.Headers.ContentEncoding = attributes.ContentEncoding;
        response.Headers.ContentLanguage = attributes.ContentLanguage;
        // The bytes are a client's: a browser that is led here must not take them for a page of this service.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox";

        // ASP.NET would take a range of anything for one of bytes.
        if (httpContext.Request.GetTypedHeaders().Range is { } range && !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase))
            httpContext.Request.Headers.Range = default;

        var answer = TypedResults.Stream(
            content, attributes.ContentType, null, content.Info.LastModified, EntityTagHeaderValue.Parse(content.Info.ETag),
            enableRangeProcessing: true);
        await answer.ExecuteAsync(httpContext);
        if (response.StatusCode is not (StatusCodes.Status412PreconditionFailed or StatusCodes.Status416RangeNotSatisfiable)) return;

        // What describes the content does not describe a problem.
        response.ContentLength = null;
        response.Headers.ContentDisposition = response.Headers.ContentEncoding = response.Headers.ContentLanguage = default;
        await Problem.ContentWithheld(response.StatusCode, content.Length).ExecuteAsync(httpContext);
    }
}
