using Microsoft.OpenApi;
using S3Scheduler.Api.Http.OpenApi;
using static S3Scheduler.Api.Http.OpenApi.EndpointDescriptions;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>The form in the OpenAPI document. The handler reads it as a stream, not as a parameter.</summary>
public static class ScheduleFormDescription
{
    // Swagger UI fills its form with the examples; without one, it would send the word "string".
    private const string LeftEmpty = "";

    public static void Apply(OpenApiOperation operation)
    {
        var form = new OpenApiMediaType { Schema = Form() };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "Parts may come in any order, each of them once.",
            Content = new Dictionary<string, IOpenApiMediaType> { ["multipart/form-data"] = form },
        };
        operation.AddHeader(StatusCodes.Status201Created, "Location",
            new OpenApiHeader { Description = "The schedule's own path.", Required = true, Schema = Text() });
    }

    private static OpenApiSchema Form()
    {
        var fields = new Dictionary<string, IOpenApiSchema>
        {
            [FieldNames.DueAt] = Text(
                "When to deliver: RFC 3339; without an offset it is UTC. Give either this or delay. What is past, by a "
                + "day if Scheduler:MaxLateness does not say otherwise, is delivered at once.",
                "date-time", "2030-01-01T00:00:00Z"),
            [FieldNames.Delay] = Text(
                "How long to wait from when the form has arrived: an ISO 8601 duration of weeks, days, hours, minutes "
                + "and seconds, such as PT10M. It counts by the store's clock. S3 tells that in whole seconds, so the "
                + "wait can be up to a second longer. Give either this or dueAt.", "duration", LeftEmpty),
            [FieldNames.Bucket] = Text("The destination's bucket.", example: "reports"),
            [FieldNames.Key] = Text(
                "The destination's key in that bucket; one leading slash is dropped.", example: "2026/daily.json"),
        };
        foreach (var header in FieldNames.Headers)
        {
            var more = header == ObjectHeader.ContentEncoding ? "; the bytes are not touched." : ".";
            fields[header.Name] = Text($"Kept, and set at the destination{more}", example: LeftEmpty);
        }

        // Last, so that forms made from the document tell a mistake in the fields before big content is read.
        fields[FieldNames.Content] =
            Text("The bytes to deliver: a file, or a plain field. The part's Content-Type is kept.", "binary");
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { FieldNames.Bucket, FieldNames.Key, FieldNames.Content },
            Properties = fields,
            AdditionalProperties = Text(
                $"Only {FieldNames.Form.Metadata}: user metadata, printable ASCII, kept and set at the destination. "
                + "Any other name is refused."),
        };
    }
}
