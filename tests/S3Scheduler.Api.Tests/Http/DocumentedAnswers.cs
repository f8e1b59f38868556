namespace S3Scheduler.Api.Tests.Http;

/// <summary>
/// Holds every answer to the document that the same service serves: its status, its headers, its media type, and its body
/// by the schema. Where there is no such operation, it is a problem like all others.
/// </summary>
internal sealed class DocumentedAnswers(Uri address) : DelegatingHandler
{
    private const string Problem = "application/problem+json";

    private AnswerDocument? _document;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        _document ??= await AnswerDocument.ReadAsync(await AskAsync(cancellationToken));
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var given) ? given.ToString().Split(';')[0] : null;
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
