using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>What an OpenAPI document says of answers.</summary>
internal sealed class AnswerDocument
{
    private static readonly ConcurrentDictionary<string, Task<AnswerDocument>> Known = new();

    private readonly OpenApiDocument _document;
    private readonly JsonNode _json;
    private readonly ConcurrentDictionary<string, AnswerSchema> _schemas = new();

    private AnswerDocument(OpenApiDocument document, JsonNode json) => (_document, _json) = (document, json);

    /// <summary>The same for the same text.</summary>
    public static Task<AnswerDocument> ReadAsync(string text) => Known.GetOrAdd(text, async _ =>
    {
        var document = OpenApiDocument.Parse(text, "json").Document.ShouldNotBeNull();
        // In this version a schema is a JSON Schema; those before have words of their own, such as nullable.
        return new AnswerDocument(document, JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!);
    });

    public AnswerRules? Find(HttpRequestMessage request)
    {
        var segments = Segments(request.RequestUri!.AbsolutePath);
        // One that is written out goes before one with a {key} in it.
        var path = _document.Paths.Keys.Where(p => IsAt(Segments(p), segments)).MinBy(p => p.Count(c => c == '{'));
        return path is not null && _document.Paths[path].Operations?.GetValueOrDefault(request.Method) is { } operation
            ? new AnswerRules(operation, (status, type) => Schema(["paths", path, request.Method.Method.ToLowerInvariant(), "responses", status, "content", type, "schema"]))
            : null;
    }

    public void ShouldBeProblem(string body) =>
        Schema(["components", "schemas", body.Contains("\"errors\":", StringComparison.Ordinal) ? "HttpValidationProblemDetails" : "ProblemDetails"])
            .ShouldAccept(body);

    private AnswerSchema Schema(string[] place) => _schemas.GetOrAdd(string.Join(' ', place), _ =>
        new AnswerSchema(place.Aggregate(_json, (node, name) => node[name].ShouldNotBeNull(name)), _json["components"]!["schemas"]!));

    private static bool IsAt(string[] template, string[] path) =>
        template.Length == path.Length && template.Zip(path).All(s => s.First.StartsWith('{') ? s.Second.Length > 0 : s.First == s.Second);

    private static string[] Segments(string path) => path.TrimEnd('/').Split('/');
}
