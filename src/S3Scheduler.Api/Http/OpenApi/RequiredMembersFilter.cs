using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Schedules;
using S3Scheduler.Api.Http.Sweeps;
using S3Scheduler.Api.Http.Uploads;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>
/// Says of bodies what their types in C# don't: which members are always there, and which are there or not but never null.
/// </summary>
public sealed class RequiredMembersFilter : ISchemaFilter
{
    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(ProblemDetails)] = ["title", "status", "detail", Problem.RequestId],
        [typeof(HttpValidationProblemDetails)] = ["title", "status", "detail", Problem.RequestId],
        [typeof(SchedulePageResponse)] = ["next"],
        [typeof(RetriedResponse)] = ["next"],
        [typeof(SweepResponse)] = ["nextDueAt"],
    };

    private static readonly Dictionary<string, string> Words = new()
    {
        ["type"] = "A link to what the status means.",
        ["title"] = "What went wrong, in general.",
        ["status"] = "The HTTP status.",
        ["detail"] = "What went wrong this time, and what to do.",
        ["instance"] = "Not used.",
        [Problem.RequestId] = "Names the request, as the header X-Request-Id and the service's log do.",
        ["errors"] = "The fields or parameters that are wrong, each with what is wrong about it.",
    };

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } properties } mutable) return;

        var isProblem = typeof(ProblemDetails).IsAssignableFrom(context.Type);
        if (isProblem)
        {
            mutable.Description = "A problem (RFC 9457).";
            properties[Problem.RequestId] = new OpenApiSchema { Type = JsonSchemaType.String };
            (mutable.AdditionalProperties, mutable.AdditionalPropertiesAllowed) = (null, false);
        }

        mutable.Required ??= new HashSet<string>();
        mutable.Required.UnionWith(Required.GetValueOrDefault(context.Type, []));
        if (context.Type == typeof(HttpValidationProblemDetails)) mutable.Required.Remove("errors");
        // Others are read only to be refused by name.
        if (context.Type == typeof(RescheduleRequest) || context.Type == typeof(UploadRequest))
            (mutable.AdditionalProperties, mutable.AdditionalPropertiesAllowed) = (null, false);
        foreach (var (name, property) in properties)
        {
            if (property is not OpenApiSchema member) continue;
            if (isProblem) member.Description = Words.GetValueOrDefault(name);
            // What is null is left out there.
            if (isProblem || context.Type == typeof(ScheduleResponse)) member.Type &= ~JsonSchemaType.Null;
        }
    }
}
