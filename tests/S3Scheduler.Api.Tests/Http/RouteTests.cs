namespace S3Scheduler.Api.Tests.Http;

public sealed class RouteTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private Client Client => fixture.Local.Client;

    [Theory]
    [InlineData("/"), InlineData("/nothing"), InlineData("/schedules/a/b/c"), InlineData("/schedules/a/contents")]
    [InlineData("/openapi.xml"), InlineData("/other.yaml")]
    public async Task An_unknown_route_is_a_404_that_points_to_swagger(string path)
    {
        (await Client.GetAsync(path)).ShouldBeProblem(404, "/swagger");
        (await Client.SendAsync(HttpMethod.Post, path)).ShouldBeProblem(404);
    }

    [Theory]
    [InlineData("PUT", "/schedules", "GET, POST")]
    [InlineData("DELETE", "/schedules", "GET, POST")]
    [InlineData("POST", "/schedules/a", "DELETE, GET, HEAD, PATCH")]
    [InlineData("GET", "/schedules/a/retry", "POST")]
    [InlineData("PUT", "/schedules/a/content", "GET, HEAD")]
    [InlineData("GET", "/sweeps", "POST")]
    [InlineData("POST", "/health/live", "GET")]
    [InlineData("NONSENSE", "/schedules", "GET, POST")]
    public async Task A_wrong_method_is_a_405_that_names_the_allowed_methods(string method, string path, string allow)
    {
        var answer = await Client.SendAsync(new HttpMethod(method), path);
        answer.ShouldBeProblem(405, allow);
        answer.Headers["Allow"].ShouldBe(allow);
    }

    [Theory]
    [InlineData("text/html"), InlineData("text/plain, image/*"), InlineData("application/xml;q=0.5")]
    [InlineData("nonsense")]
    public async Task A_problem_is_problem_json_whatever_the_client_accepts(string accept)
    {
        (await Client.SendAsync(HttpMethod.Get, "/nothing", accept: accept)).ShouldBeProblem(404);
        (await Client.SendAsync(HttpMethod.Put, "/schedules", accept: accept)).ShouldBeProblem(405);
        (await Client.SendAsync(HttpMethod.Get, "/schedules/a", accept: accept)).ShouldBeProblem(404);
        (await Client.SendAsync(HttpMethod.Get, "/schedules?limit=0", accept: accept)).ShouldBeFaultOf("limit");
        (await Client.SendAsync(HttpMethod.Post, "/schedules", new StringContent("{}"), accept)).ShouldBeProblem(415);
    }

    [Fact]
    public async Task A_body_that_is_not_a_multipart_form_is_a_415()
    {
        (await Client.SendAsync(HttpMethod.Post, "/schedules")).ShouldBeProblem(415, "multipart/form-data");
        foreach (var type in (string[])["application/json", "application/x-www-form-urlencoded",
            "multipart/mixed; boundary=b", "text/plain"])
        {
            using var content = new ByteArrayContent(Form.To("reports", "a").ToBytes());
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            (await Client.SendAsync(HttpMethod.Post, "/schedules", content)).ShouldBeProblem(415);
        }
    }

    [Theory]
    [InlineData("nonsense"), InlineData("utf-7"), InlineData("\"UTF-7\""), InlineData("unicode-1-1-utf-7")]
    [InlineData("65000"), InlineData("shift_jis")]
    public async Task An_unknown_charset_is_a_415(string charset)
    {
        (await SendAsync(HttpMethod.Patch, Client.PathOf("2030-01-01T00:00:00.000Z|reports|a")))
            .ShouldBeProblem(415, "charset");
        (await SendAsync(HttpMethod.Post, "/schedules/uploads")).ShouldBeProblem(415, "charset");

        async Task<Answer> SendAsync(HttpMethod method, string path)
        {
            using var content = new ByteArrayContent("""{"dueAt":"2031-01-01T00:00:00Z"}"""u8.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", $"application/json; charset={charset}");
            return await Client.SendAsync(method, path, content);
        }
    }

    [Fact]
    public async Task Health_is_live_and_ready()
    {
        (await Client.GetAsync("/health/live")).Text.ShouldBe("""{"status":"live"}""");
        (await Client.GetAsync("/health/ready")).Text.ShouldBe("""{"status":"ready"}""");
    }

    [Fact]
    public async Task Swagger_UI_and_the_document_are_served()
    {
        (await Client.GetAsync("/swagger")).Status.ShouldBe(301);
        (await Client.GetAsync("/swagger/index.html")).Text.ShouldContain("S3 Scheduler");
        (await Client.GetAsync("/openapi.yaml")).Text.ShouldStartWith("openapi: ");
        (await Client.GetAsync("/openapi.json"))["openapi"].ShouldStartWith("3.");
    }
}
