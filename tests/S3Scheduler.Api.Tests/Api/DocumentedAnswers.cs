using Microsoft.OpenApi;

namespace S3Scheduler.Api.Tests.Api;

/// <summary>Holds every answer to the document that the same service serves: each status and media type must be in it.</summary>
internal sealed class DocumentedAnswers(Uri address) : DelegatingHandler
{
    private OpenApiDocument? _document;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        _document ??= await ReadAsync(cancellationToken);
        if (Find(_document, request) is { } operation) Check(operation, response);
        return response;
    }

    private async Task<OpenApiDocument> ReadAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/openapi.json"));
        using var response = await base.SendAsync(request, cancellation);
        return OpenApiDocument.Parse(await response.Content.ReadAsStringAsync(cancellation), "json").Document.ShouldNotBeNull();
    }

    private static OpenApiOperation? Find(OpenApiDocument document, HttpRequestMessage request)
    {
        var segments = Segments(request.RequestUri!.AbsolutePath);
        var path = document.Paths.FirstOrDefault(p => IsAt(Segments(p.Key), segments)).Value;
        return path?.Operations?.GetValueOrDefault(request.Method);
    }

    private static bool IsAt(string[] template, string[] path) =>
        template.Length == path.Length && template.Zip(path).All(s => s.First.StartsWith('{') ? s.Second.Length > 0 : s.First == s.Second);

    private static string[] Segments(string path) => path.TrimEnd('/').Split('/');

    private static void Check(OpenApiOperation operation, HttpResponseMessage response)
    {
        var status = ((int)response.StatusCode).ToString();
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var given) ? given.ToString().Split(';')[0] : null;
        operation.Responses.ShouldNotBeNull().ShouldContainKey(status, $"openapi.yaml does not say that {operation.OperationId} may answer it.");
        var types = operation.Responses![status].Content?.Keys.ToList() ?? [];
        if (types.Contains("*/*")) return;
        if (type is null) types.ShouldBeEmpty($"openapi.yaml says that {operation.OperationId} answers {status} with a body.");
        else types.ShouldContain(type, $"openapi.yaml does not say that {operation.OperationId} may answer {status} so.");
    }
}
