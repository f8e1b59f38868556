using Microsoft.OpenApi;
using S3Scheduler.Api.Http.Schedules;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>Describes the multipart form of the endpoint that bears this as metadata; it is read as a stream, so no parameter shows it.</summary>
public sealed class ScheduleFormBody : IOperationFilter
{
    // Swagger UI fills its form with the examples; where there is none it would write, and send, "string".
    private const string LeftEmpty = "";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ScheduleFormBody>().Any()) return;

        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "Parts may come in any order, each of them once; content of 16 MiB or more is the last.",
            Content = new Dictionary<string, IOpenApiMediaType> { ["multipart/form-data"] = new OpenApiMediaType { Schema = Form() } },
        };
        ((OpenApiResponse)operation.Responses!["201"]).Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Location"] = new OpenApiHeader { Description = "The schedule's own path.", Required = true, Schema = Text(null) },
        };
    }

    private static OpenApiSchema Form() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { ScheduleForm.Bucket, ScheduleForm.Key, ScheduleForm.ContentField },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            [ScheduleForm.DueAt] = Text(
                "When to deliver: RFC 3339; without an offset it is UTC. Give either this or delay. What is past is delivered "
                + "at once.", "date-time", "2030-01-01T00:00:00Z"),
            [ScheduleForm.Delay] = Text(
                "How long to wait from when the content, or 16 MiB of it, has arrived: an ISO 8601 duration of weeks, days, hours, "
                + "minutes and seconds, such as PT10M. Give either this or dueAt.", "duration", LeftEmpty),
            [ScheduleForm.Bucket] = Text("The destination's bucket.", example: "reports"),
            [ScheduleForm.Key] = Text("The destination's key in that bucket; one leading slash is dropped.", example: "2026/daily.json"),
            ["Cache-Control"] = Text("Kept, and set at the destination.", example: LeftEmpty),
            ["Content-Disposition"] = Text("Kept, and set at the destination.", example: LeftEmpty),
            ["Content-Encoding"] = Text("Kept, and set at the destination; the bytes are not touched.", example: LeftEmpty),
            ["Content-Language"] = Text("Kept, and set at the destination.", example: LeftEmpty),
            // Last, as forms send it so, and a big one has to be.
            [ScheduleForm.ContentField] = Text("The bytes to deliver: a file, or a plain field. The part's Content-Type is kept.", "binary"),
        },
        // x-amz-meta-*: the only fields whose names are the client's own
        AdditionalProperties = Text(
            "Only x-amz-meta-*: user metadata, printable ASCII, kept and set at the destination. Any other name is refused."),
    };

    private static OpenApiSchema Text(string? description, string? format = null, string? example = null) => new()
    {
        Type = JsonSchemaType.String,
        Description = description,
        Format = format,
        Examples = example is null ? null : [example],
    };
}
