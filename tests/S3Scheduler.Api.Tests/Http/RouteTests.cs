using S3Scheduler.Api.Tests.Examples;
using S3Scheduler.Api.Tests.Http.Fuzz;

namespace S3Scheduler.Api.Tests.Http;

public sealed class RouteTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private Client Client => fixture.Local.Client;

    [Theory]
    [InlineData("/nothing"), InlineData("/schedules/a/b/c"), InlineData("/schedules/a/contents")]
    [InlineData("/openapi.xml"), InlineData("/other.yaml")]
    public async Task An_unknown_route_is_a_404_that_points_to_swagger(string path)
    {
        (await Client.GetAsync(path)).ShouldBeProblem(404, "/swagger");
        (await Client.SendAsync(HttpMethod.Post, path)).ShouldBeProblem(404);
    }

    [Theory]
    [InlineData(""), InlineData("/content"), InlineData("/retry")]
    public async Task A_key_whose_slash_was_not_escaped_is_a_404_that_tells_how(string rest) =>
        (await Client.GetAsync($"/schedules/2030-01-01T00:00:00.000Z%7Creports%7C2026/11/daily.json{rest}"))
            .ShouldBeProblem(404, "~~ where the destination key has a slash");

    [Theory]
    [InlineData("PUT", "/schedules", "GET, HEAD, POST")]
    [InlineData("DELETE", "/schedules", "GET, HEAD, POST")]
    [InlineData("POST", "/schedules/a", "DELETE, GET, HEAD, PATCH")]
    [InlineData("GET", "/schedules/a/retry", "POST")]
    [InlineData("PUT", "/schedules/a/content", "GET, HEAD")]
    [InlineData("GET", "/sweeps", "POST")]
    [InlineData("POST", "/health/live", "GET, HEAD")]
    [InlineData("NONSENSE", "/schedules", "GET, HEAD, POST")]
    public async Task A_wrong_method_is_a_405_that_names_the_allowed_methods(string method, string path, string allow)
    {
        var answer = await Client.SendAsync(new HttpMethod(method), path);
        answer.ShouldBeProblem(405, allow);
        answer.Headers["Allow"].ShouldBe(allow);
    }

    [Theory]
    [InlineData("/health/live"), InlineData("/health/ready"), InlineData("/schedules")]
    [InlineData("/schedules?limit=1"), InlineData("/schedules?limit=0"), InlineData("{kept}")]
    [InlineData("{kept}/content"), InlineData("/schedules/a"), InlineData("/nothing"), InlineData("/sweeps")]
    [InlineData("/swagger"), InlineData("/swagger/index.html"), InlineData("/swagger/swagger-ui.css")]
    [InlineData("/swagger/nothing"), InlineData("/openapi.yaml"), InlineData("/openapi.json")]
    [InlineData("/openapi.xml"), InlineData("/"), InlineData("/console/config.json"), InlineData("/console/x/api.js")]
    [InlineData("/console/x/no"), InlineData("/me")]
    public async Task HEAD_answers_like_GET_without_the_body(string path)
    {
        foreach (var key in (string[])["kept", "other"]) // the list has two pages
        {
            var form = Form.To("reports", key).DueAt("2029-06-01T00:00:00Z");
            path = path.Replace($"{{{key}}}", Client.PathOf((await Client.PostAsync(form)).Key));
        }

        var get = await RawAsync("GET");
        var head = await RawAsync("HEAD");

        head.Body.ShouldBeEmpty();
        head.Status.ShouldBe(get.Status);
        Headers(head).ShouldBe(Headers(get));

        Task<RawAnswer> RawAsync(string method) => RawHttp.SendAsync(
            fixture.Local.Address, Encoding.ASCII.GetBytes(
                $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), false, Core.Cancellation);

        // Each may tell the length of the body or not.
        static IEnumerable<string> Headers(RawAnswer answer) => answer.Head.Split("\r\n")
            .Where(h => h.Split(':')[0] is not ("X-Request-Id" or "Date" or "Transfer-Encoding" or "Content-Length"))
            .Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("text/html"), InlineData("text/plain, image/*"), InlineData("application/xml;q=0.5")]
    [InlineData("nonsense")]
    public async Task A_problem_is_problem_json_whatever_the_client_accepts(string accept)
    {
        (await Client.SendAsync(HttpMethod.Get, "/nothing", accept: accept)).ShouldBeProblem(404);
        (await Client.SendAsync(HttpMethod.Put, "/schedules", accept: accept)).ShouldBeProblem(405);
        (await Client.SendAsync(HttpMethod.Get, "/schedules/a", accept: accept)).ShouldBeFaultOf("key");
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

    [Fact]
    public async Task A_415_shows_what_to_give_to_curl_and_that_works()
    {
        await Tool.RequireAsync("curl", "--version");
        const string Uploads = "/schedules/uploads";
        var posted = await Client.PostAsync(Form.To("reports", "kept").DueAt("2029-01-01T00:00:00Z"));
        var wrong = "dueAt=2030-01-01T00:00:00Z&bucket=reports&key=a&content=hello"; // -d instead of -F

        (await CurlAsync(Line((await SendAsync(HttpMethod.Post, "/schedules")).ShouldBeProblem(415), "curl -F ")))
            .ShouldBe("201");
        (await CurlAsync(Line((await SendAsync(HttpMethod.Post, "/schedules/")).ShouldBeProblem(415), "curl -F ")))
            .ShouldBe("200"); // the same again
        var json = Line((await SendAsync(HttpMethod.Patch, posted.Location)).ShouldBeProblem(415), "-H ");
        (await CurlAsync($"curl -X PATCH {json} {fixture.Local.Address}{posted.Location[1..]}")).ShouldBe("200");
        json = Line((await SendAsync(HttpMethod.Post, Uploads)).ShouldBeProblem(415), "-H ");
        (await CurlAsync($"curl {json} {fixture.Local.Address}{Uploads[1..]}")).ShouldBe("501"); // not a 400

        Task<Answer> SendAsync(HttpMethod method, string path) => Client.SendAsync(
            method, path, new StringContent(wrong, Encoding.UTF8, "application/x-www-form-urlencoded"));

        static string Line(string detail, string start) => detail[detail.IndexOf(start, StringComparison.Ordinal)..];

        static Task<string> CurlAsync(string line) => Tool.RunAsync(
            Path.GetTempPath(), "bash", "-c", $"{line} --silent --show-error --output /dev/null -w '%{{http_code}}'");
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
