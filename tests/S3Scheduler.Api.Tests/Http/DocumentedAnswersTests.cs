using System.Net;
using System.Net.Http.Headers;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>The check of answers against the document refuses what the document does not describe.</summary>
public sealed class DocumentedAnswersTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private const string Schedule =
        """{"key":"k","status":"pending","dueAt":"2030-01-01T00:00:00.000Z",""" +
        "\"destination\":{\"bucket\":\"reports\",\"key\":\"a\"},\"size\":1}";

    private const string Refused =
        """{"type":"t","title":"t","status":404,"detail":"d","requestId":"1"}""";

    [Theory]
    [InlineData("GET", "/schedules/a", 200, Schedule)]
    [InlineData("GET", "/schedules/a", 404, Refused)]
    [InlineData("GET", "/nothing", 404, Refused)]
    [InlineData("GET", "/schedules", 200, """{"schedules":[],"next":null}""")]
    [InlineData("POST", "/schedules/retry", 200, """{"retried":1,"next":"a"}""")]
    [InlineData("POST", "/schedules/cancel", 200, """{"cancelled":1,"tooLate":0,"unresolved":2,"next":null}""")]
    public Task An_answer_that_the_document_describes_is_accepted(string method, string path, int status,
        string body) => SendAsync(method, path, status, body);

    [Theory]
    [InlineData("GET", "/schedules/a", 200, "size", "size\":\"1\",\"n")]
    [InlineData("GET", "/schedules/a", 200, "\"size\"", "\"bytes\":1,\"size\"")]
    [InlineData("GET", "/schedules/a", 200, ",\"size\":1", "")]
    [InlineData("GET", "/schedules/a", 200, "pending", "cancelled")]
    [InlineData("GET", "/schedules/a", 200, "{\"bucket\":\"reports\",\"key\":\"a\"}", "null")]
    [InlineData("GET", "/schedules/a", 200, "\"bucket\":\"reports\",", "")]
    [InlineData("GET", "/schedules/a", 200, "2030-01-01T00:00:00.000Z", "tomorrow")]
    [InlineData("GET", "/schedules/a", 404, ",\"requestId\":\"1\"", "")]
    [InlineData("GET", "/schedules/a", 404, "\"detail\"", "\"stack\":\"at Program\",\"detail\"")]
    [InlineData("GET", "/nothing", 404, ",\"requestId\":\"1\"", "")]
    [InlineData("GET", "/schedules/a", 418, "t", "t")] // no such status
    [InlineData("DELETE", "/schedules/a", 200, "a", "a")] // another operation's status
    [InlineData("POST", "/schedules", 201, "a", "a")] // no Location
    [InlineData("GET", "/schedules", 503, "a", "a")] // no Retry-After
    public Task Any_other_answer_is_refused(string method, string path, int status, string said, string instead)
    {
        var body = status < 400 ? Schedule : Refused;
        body.ShouldContain(said);
        return Assert.ThrowsAsync<ShouldAssertException>(() =>
            SendAsync(method, path, status, body.Replace(said, instead, StringComparison.Ordinal)));
    }

    private async Task SendAsync(string method, string path, int status, string body)
    {
        var content = new StringContent(body, Encoding.UTF8,
            new MediaTypeHeaderValue(status < 400 ? "application/json" : "application/problem+json"));
        using var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = content };
        using var document = new HttpClient { BaseAddress = fixture.Local.Address };
        using var handler =
            new DocumentedAnswers(fixture.Local.Address) { InnerHandler = new Answering(document, answer) };
        using var client = new HttpClient(handler) { BaseAddress = fixture.Local.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await client.SendAsync(request, Core.Cancellation);
    }

    private sealed class Answering(HttpClient document, HttpResponseMessage answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath == "/openapi.json"
                ? document.GetAsync(request.RequestUri, cancellationToken)
                : Task.FromResult(answer);
    }
}
