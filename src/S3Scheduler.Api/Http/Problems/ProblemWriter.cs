using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Http.Problems;

/// <summary>Writes JSON even if the request's Accept excludes it; ASP.NET's own writer would send no body.</summary>
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
