using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>Describes the answers of the endpoint that bears this as metadata: bytes of any type, all or some of them.</summary>
public sealed class ContentBody : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ContentBody>().Any()) return;

        foreach (var (name, description) in (KeyValuePair<string, string>[])[
            new("Range", "The range wanted, such as bytes=0-1023; more than one are answered with all of it."),
            new("If-Range", "The ETag of the content that the range is wanted of; of another one all of it is sent."),
            new("If-None-Match", "The ETag of a content that need not be sent again.")])
        {
            (operation.Parameters ??= []).Add(
                new OpenApiParameter { Name = name, In = ParameterLocation.Header, Description = description, Schema = Text() });
        }

        operation.Responses!["200"] = Bytes("The bytes, with the content type they were posted with.");
        operation.Responses["206"] = Bytes("The range of them that was asked for.", "Content-Range");
        operation.Responses["304"] = new OpenApiResponse { Description = "The client has it.", Headers = Headers() };
    }

    private static OpenApiResponse Bytes(string description, params string[] headers) => new()
    {
        Description = description,
        Headers = Headers([.. headers, "Accept-Ranges", "Content-Length"]),
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            ["*/*"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
        },
    };

    private static Dictionary<string, IOpenApiHeader> Headers(params string[] names) => names.Append("ETag").ToDictionary(
        name => name, name => (IOpenApiHeader)new OpenApiHeader { Required = true, Schema = Text() });

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
}
