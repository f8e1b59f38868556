using Microsoft.OpenApi;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>What the document says of one operation's answers.</summary>
/// <param name="schema">That of a body, by its status and media type.</param>
internal sealed class AnswerRules(OpenApiOperation operation, Func<string, string, AnswerSchema> schema)
{
    /// <param name="body">Null: it is not JSON, or not there.</param>
    public void ShouldAllow(HttpResponseMessage response, string? type, string? body)
    {
        var status = ((int)response.StatusCode).ToString(provider: null);
        operation.Responses.ShouldNotBeNull().ShouldContainKey(status, $"openapi.yaml does not say that {operation.OperationId} may answer it.");
        var documented = operation.Responses![status];
        foreach (var (header, rule) in documented.Headers ?? new Dictionary<string, IOpenApiHeader>())
        {
            var isThere = response.Headers.NonValidated.Contains(header) || response.Content.Headers.NonValidated.Contains(header);
            (isThere || !rule.Required).ShouldBeTrue($"openapi.yaml says that {operation.OperationId} answers {status} with {header}.");
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
