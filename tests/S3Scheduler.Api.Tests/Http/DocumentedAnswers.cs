using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using NJsonSchema;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>
/// Checks every answer against the document that the same service serves: its status, headers, media type, and body. If
/// the document has no such operation, the answer must be a problem like all others.
/// </summary>
internal sealed class DocumentedAnswers(Uri address) : DelegatingHandler
{
    private const string Problem = "application/problem+json";

    private AnswerDocument? _document;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        _document ??= await AnswerDocument.ReadAsync(await AskAsync(cancellationToken));
        var isGiven = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var given);
        var type = isGiven ? given.ToString().Split(';')[0] : null;
        var body = type is "application/json" or Problem && request.Method != HttpMethod.Head
            ? await response.Content.ReadAsStringAsync(cancellationToken)
            : null;
        if (_document.Find(request) is { } operation) operation.ShouldAllow(response, type, body);
        else if (type == Problem && body is not null) _document.ShouldBeProblem(body);
        return response;
    }

    private async Task<string> AskAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/openapi.json"));
        using var response = await base.SendAsync(request, cancellation);
        return await response.Content.ReadAsStringAsync(cancellation);
    }
}

/// <summary>What an OpenAPI document says about answers.</summary>
internal sealed class AnswerDocument
{
    private static readonly ConcurrentDictionary<string, Task<AnswerDocument>> Known = new();

    private readonly OpenApiDocument _document;
    private readonly JsonNode _json;
    private readonly ConcurrentDictionary<string, AnswerSchema> _schemas = new();

    private AnswerDocument(OpenApiDocument document, JsonNode json) => (_document, _json) = (document, json);

    /// <summary>Reads each text once.</summary>
    public static Task<AnswerDocument> ReadAsync(string text) => Known.GetOrAdd(text, async _ =>
    {
        var document = OpenApiDocument.Parse(text, "json").Document.ShouldNotBeNull();
        // From version 3.1 on, a schema is a JSON Schema. Earlier ones have other keywords, such as nullable.
        return new AnswerDocument(document,
            JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!);
    });

    public AnswerRules? Find(HttpRequestMessage request)
    {
        var segments = Segments(request.RequestUri!.AbsolutePath);
        // A path without {key} is the better match.
        var path = _document.Paths.Keys.Where(p => IsAt(Segments(p), segments)).MinBy(p => p.Count(c => c == '{'));
        return path is not null && _document.Paths[path].Operations?.GetValueOrDefault(request.Method) is { } operation
            ? new AnswerRules(operation, (status, type) => Schema(["paths", path,
                request.Method.Method.ToLowerInvariant(), "responses", status, "content", type, "schema"]))
            : null;
    }

    public void ShouldBeProblem(string body) =>
        Schema(["components", "schemas", body.Contains("\"errors\":", StringComparison.Ordinal)
            ? "HttpValidationProblemDetails" : "ProblemDetails"])
            .ShouldAccept(body);

    private AnswerSchema Schema(string[] place) => _schemas.GetOrAdd(string.Join(' ', place), _ =>
        new AnswerSchema(place.Aggregate(_json, (node, name) => node[name].ShouldNotBeNull(name)),
            _json["components"]!["schemas"]!));

    private static bool IsAt(string[] template, string[] path) =>
        template.Length == path.Length
            && template.Zip(path).All(s => s.First.StartsWith('{') ? s.Second.Length > 0 : s.First == s.Second);

    private static string[] Segments(string path) => path.TrimEnd('/').Split('/');
}

/// <summary>What the document says about the answers of one operation.</summary>
/// <param name="schema">Finds the schema of a body by its status and media type.</param>
internal sealed class AnswerRules(OpenApiOperation operation, Func<string, string, AnswerSchema> schema)
{
    /// <param name="body">Null if there is no body of JSON.</param>
    public void ShouldAllow(HttpResponseMessage response, string? type, string? body)
    {
        var status = ((int)response.StatusCode).ToString(provider: null);
        operation.Responses.ShouldNotBeNull()
            .ShouldContainKey(status, $"openapi.yaml does not say that {operation.OperationId} may answer it.");
        var documented = operation.Responses![status];
        foreach (var (header, rule) in documented.Headers ?? new Dictionary<string, IOpenApiHeader>())
        {
            var isThere = response.Headers.NonValidated.Contains(header)
                || response.Content.Headers.NonValidated.Contains(header);
            (isThere || !rule.Required)
                .ShouldBeTrue($"openapi.yaml says that {operation.OperationId} answers {status} with {header}.");
        }

        var types = documented.Content?.Keys.ToList() ?? [];
        if (types.Contains("*/*")) return;
        if (type is null)
        {
            types.ShouldBeEmpty($"openapi.yaml says that {operation.OperationId} answers {status} with a body.");
            return;
        }

        types.ShouldContain(type, $"openapi.yaml does not say that {operation.OperationId} may answer {status} so.");
        if (body is not null) schema(status, type).ShouldAccept(body);
    }
}

/// <summary>One schema of an OpenAPI document (3.1).</summary>
internal sealed class AnswerSchema
{
    private readonly JsonSchema _schema;

    /// <param name="components">The schemas that it may refer to.</param>
    public AnswerSchema(JsonNode schema, JsonNode components)
    {
        // The validator cannot follow a reference at the root.
        var named = (string?)schema["$ref"] is { } reference ? components[reference.Split('/')[^1]]! : schema;
        var root = named.DeepClone().AsObject();
        root["definitions"] = components.DeepClone();
        var text = root.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        _schema = JsonSchema.FromJsonAsync(text).GetAwaiter().GetResult();
    }

    public void ShouldAccept(string json) =>
        _schema.Validate(json).ShouldBeEmpty($"openapi.yaml does not say so: {json}");
}
