using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Http.Problems;

/// <summary>
/// Writes problems for clients whose Accept header excludes JSON. ASP.NET's own writer would send them no body, but a
/// problem in JSON is better than nothing.
/// </summary>
public sealed class ProblemWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (response, problem) = (context.HttpContext.Response, context.ProblemDetails);
        problem.Status ??= response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        options.Value.CustomizeProblemDetails?.Invoke(context);
        await response.WriteAsJsonAsync(problem, problem.GetType(), options: null, "application/problem+json");
    }
}
