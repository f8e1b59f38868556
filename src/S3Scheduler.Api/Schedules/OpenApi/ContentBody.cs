using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Schedules.OpenApi;

/// <summary>Describes the answer of the endpoint that bears this as metadata: bytes of any type.</summary>
public sealed class ContentBody : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ContentBody>().Any()) return;

        var bytes = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
        operation.Responses!["200"] = new OpenApiResponse
        {
            Description = "The bytes, with the content type they were posted with.",
            Content = new Dictionary<string, OpenApiMediaType> { ["*/*"] = bytes },
        };
    }
}
