using System.Text.Json.Nodes;
using NJsonSchema;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>One schema of an OpenAPI document (3.1).</summary>
internal sealed class AnswerSchema
{
    private readonly JsonSchema _schema;

    /// <param name="components">Those that it may refer to.</param>
    public AnswerSchema(JsonNode schema, JsonNode components)
    {
        // The validator does not find what its root is a mere reference to.
        var named = (string?)schema["$ref"] is { } reference ? components[reference.Split('/')[^1]]! : schema;
        var root = named.DeepClone().AsObject();
        root["definitions"] = components.DeepClone();
        var text = root.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        _schema = JsonSchema.FromJsonAsync(text).GetAwaiter().GetResult();
    }

    public void ShouldAccept(string json) => _schema.Validate(json).ShouldBeEmpty($"openapi.yaml does not say so: {json}");
}
