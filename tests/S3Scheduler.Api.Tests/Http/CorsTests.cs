namespace S3Scheduler.Api.Tests.Http;

public sealed class CorsTests
{
    private const string App = "https://app.example.org";
    private const string Origin = "Access-Control-Allow-Origin";

    [Fact]
    public async Task Without_configured_origins_no_page_may_call()
    {
        using var local = new LocalService();
        (await SendAsync(local, "GET", "/schedules", App)).Headers.Keys.ShouldNotContain(Origin);
        (await PreflightAsync(local, "/schedules", App, "POST")).ShouldBeProblem(405);
    }

    [Fact]
    public async Task Only_a_page_of_a_configured_origin_may_call()
    {
        using var local =
            new LocalService(("Scheduler:CorsOrigins:0", App), ("Scheduler:CorsOrigins:1", "http://localhost:3000"));
        foreach (var origin in (string[])[App, "http://localhost:3000"])
            (await SendAsync(local, "GET", "/schedules", origin)).Headers[Origin].ShouldBe(origin);
        foreach (var other in (string[])[
            "https://other.example.org", "http://app.example.org", "http://localhost:3001", "null"])
        {
            (await SendAsync(local, "GET", "/schedules", other)).Headers.Keys.ShouldNotContain(Origin);
            (await PreflightAsync(local, "/schedules/a", other, "DELETE")).Headers.Keys.ShouldNotContain(Origin);
        }
    }

    [Theory]
    [InlineData("/schedules", "POST"), InlineData("/schedules/a", "PATCH"), InlineData("/schedules/a", "DELETE")]
    [InlineData("/schedules/a/content", "HEAD"), InlineData("/sweeps", "POST")]
    public async Task A_preflight_allows_the_methods_of_the_service(string path, string method)
    {
        using var local = new LocalService(("Scheduler:CorsOrigins:0", App));
        var answer = await PreflightAsync(local, path, App, method);
        answer.Status.ShouldBe(204);
        answer.Headers[Origin].ShouldBe(App);
        answer.Headers["Access-Control-Allow-Methods"].Split(',', StringSplitOptions.TrimEntries).ShouldContain(method);
        answer.Headers["Access-Control-Allow-Headers"].ShouldContain("content-type");
    }

    [Fact]
    public async Task A_page_may_read_the_headers_of_answers_and_of_problems()
    {
        using var local = new LocalService(("Scheduler:CorsOrigins:0", "*"));
        foreach (var path in (string[])["/schedules", "/schedules/a", "/schedules?limit=0", "/nothing"])
        {
            var answer = await SendAsync(local, "GET", path, App);
            answer.Headers[Origin].ShouldBe("*", path);
            answer.Headers["Access-Control-Expose-Headers"].Split(',', StringSplitOptions.TrimEntries).ShouldBe(
                ["Location", "ETag", "Link", "Retry-After", "Accept-Ranges", "Content-Range", "Content-Disposition",
                    "X-Request-Id"], ignoreOrder: true);
        }
    }

    private static Task<Answer> PreflightAsync(LocalService local, string path, string page, string verb) => SendAsync(
        local, "OPTIONS", path, page, ("Access-Control-Request-Method", verb),
        ("Access-Control-Request-Headers", "content-type"));

    private static async Task<Answer> SendAsync(
        LocalService local, string method, string path, string origin, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers.Append(("Origin", origin)))
            request.Headers.TryAddWithoutValidation(name, value);
        return await local.Client.SendAsync(request);
    }
}
