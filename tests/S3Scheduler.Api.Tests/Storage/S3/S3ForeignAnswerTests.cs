namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Answers of something between the service and the store, such as a proxy, with a clock of its own.</summary>
public sealed class S3ForeignAnswerTests
{
    private const string Date = "Date: Sat, 21 Nov 2026 19:05:00 GMT";
    private const string Page = "<html><body>Bad gateway</body></html>";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("502 Bad Gateway", "text/html", "", false)]
    [InlineData("503 Service Unavailable", "application/xml", "", false)]
    [InlineData("403 Forbidden", "text/html; charset=utf-8", "", false)]
    [InlineData("200 OK", "text/html", "", false)]
    [InlineData("200 OK", "application/xml", "", true)] // R2 may leave out the id of the request.
    [InlineData("404 Not Found", "application/xml", "", true)]
    [InlineData("503 Slow Down", "application/xml", "x-amz-request-id: 1", true)]
    [InlineData("500 Internal Server Error", "text/html", "x-amz-id-2: 1", true)]
    [InlineData("200 OK", "text/html", "x-amz-request-id: 1", true)] // An object can be a page.
    public async Task Only_an_answer_of_the_store_itself_sets_the_clock(
        string status, string type, string headers, bool counts)
    {
        await using var server = Server(status, type, headers);

        for (var answer = 0; answer < 3; answer++) // the clock believes three that agree
        {
            try
            {
                await server.Store.HeadAsync(S3Calls.Here, Cancellation);
            }
            catch (StoreException)
            {
                // Its time counts all the same, or does not.
            }
        }

        (server.Store.Clock.Earliest > DateTimeOffset.MinValue).ShouldBe(counts);
    }

    [Theory]
    [InlineData("502 Bad Gateway")]
    [InlineData("503 Service Unavailable")]
    [InlineData("200 OK")]
    public async Task A_page_of_a_proxy_is_a_transient_fault_and_never_success(string status)
    {
        await using var server = Server(status, "text/html", "");

        foreach (var call in S3Calls.All(server.Store).Where(c => c.Name[..3] != "get" && c.Name != "head"))
            (await Should.ThrowAsync<StoreException>(call.Make, call.Name)).IsTransient.ShouldBeTrue(call.Name);
    }

    private static FakeS3 Server(string status, string type, string headers) => new(request =>
    {
        var page = FakeS3.Answer(status, Page, headers.Length == 0 ? Date : $"{Date}\r\n{headers}")
            .Replace("application/xml", type, StringComparison.Ordinal);
        return request.StartsWith("HEAD", StringComparison.Ordinal)
            ? page.Replace(Page, "", StringComparison.Ordinal)
            : page;
    });
}
