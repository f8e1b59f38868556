using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using S3Scheduler.Api.Http.Problems;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>
/// Completes the schemas of bodies: a body has only the listed members, a member that is left out when it is null is
/// not nullable, and a problem has its own members. Other required members are marked on their types.
/// </summary>
public sealed class RequiredMembersFilter : ISchemaFilter
{
    private static readonly Dictionary<string, string> OfProblems = new()
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
        if (schema is not OpenApiSchema body) return;
        var ignored = context.MemberInfo?.GetCustomAttribute<JsonIgnoreAttribute>();
        if (ignored?.Condition == JsonIgnoreCondition.WhenWritingNull) body.Type &= ~JsonSchemaType.Null;
        if (body.Properties is null) return;

        (body.AdditionalProperties, body.AdditionalPropertiesAllowed) = (null, false);
        if (context.Type.GetCustomAttribute<ExampleAttribute>() is { } example)
            body.Examples = [JsonNode.Parse(example.Json)!];
        if (typeof(ProblemDetails).IsAssignableFrom(context.Type)) DescribeProblem(body);
    }

    private static void DescribeProblem(OpenApiSchema problem)
    {
        problem.Description = "A problem (RFC 9457).";
        problem.Properties![Problem.RequestId] = new OpenApiSchema { Type = JsonSchemaType.String };
        problem.Required = new HashSet<string> { "detail", Problem.RequestId, "status", "title" };
        foreach (var (name, member) in problem.Properties) member.Description = OfProblems.GetValueOrDefault(name);
    }
}

/// <summary>A body that can be sent as it is. Without one, Swagger UI suggests "string" for every member.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExampleAttribute(string json) : Attribute
{
    public string Json { get; } = json;
}
