using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using S3Scheduler.Api.Http.Schedules;
using S3Scheduler.Api.Http.Uploads;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>Bodies that can be sent as they are: Swagger UI would write "string" for every member.</summary>
public sealed class RequestExamples : ISchemaFilter
{
    private static readonly Dictionary<Type, string> Examples = new()
    {
        [typeof(RescheduleRequest)] = """{"dueAt": "2030-01-02T00:00:00Z"}""",
        [typeof(UploadRequest)] = """
            {
              "dueAt": "2030-01-01T00:00:00Z", "bucket": "reports", "key": "2026/daily.json", "contentType": "application/json",
              "metadata": {"team": "billing"}
            }
            """,
    };

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is OpenApiSchema body && Examples.TryGetValue(context.Type, out var example)) body.Examples = [JsonNode.Parse(example)!];
    }
}
