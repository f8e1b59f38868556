using Microsoft.OpenApi;
using S3Scheduler.Api.Scheduling;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>
/// Describes the query of the endpoint that bears this as metadata; it is read as text, so its types show only here.
/// </summary>
public sealed class ListQuery : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ListQuery>().Any()) return;

        operation.Parameters =
        [
            Parameter(
                "from", "Due at this time or later: RFC 3339; without an offset it is UTC. In a URL a + is written %2B.", Time()),
            Parameter("to", "Due before this time: RFC 3339; without an offset it is UTC.", Time()),
            Parameter("bucket", "Delivered to this bucket.", new OpenApiSchema { Type = JsonSchemaType.String }),
            Parameter(
                "keyPrefix", "Delivered to a key that starts with this; one leading slash is dropped.",
                new OpenApiSchema { Type = JsonSchemaType.String }),
            Parameter("status", "Where they stand.", new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = ["pending", "failed"],
                Default = "pending",
            }),
            Parameter("limit", "At most so many.", new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = $"{ScheduleQuery.MaxLimit}",
                Default = ScheduleQuery.DefaultLimit,
            }),
            Parameter(
                "after", "Following this key: the next of the page before.", new OpenApiSchema { Type = JsonSchemaType.String }),
        ];
        ((OpenApiResponse)operation.Responses!["200"]).Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Link"] = new OpenApiHeader
            {
                Description = "The next page (RFC 8288, rel=next), if there is one.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            },
        };
    }

    private static OpenApiParameter Parameter(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };

    private static OpenApiSchema Time() => new() { Type = JsonSchemaType.String, Format = "date-time" };
}
