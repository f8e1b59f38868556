namespace S3Scheduler.Api.Tests.Http;

/// <summary>The service behind a proxy: below a path of its own, and told by headers what clients asked for.</summary>
public sealed class ProxyTests
{
    private const string Loopback = "127.0.0.1";

    private static readonly Form Valid = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z");

    [Fact]
    public async Task Below_a_path_base_every_link_of_an_answer_leads_back_to_the_service()
    {
        using var local = new LocalService(("Scheduler:PathBase", "/scheduler"));
        var client = local.Client;
        await client.SendAsync(HttpMethod.Post, "/scheduler/schedules", Valid.With("key", "b").ToContent());
        var created = await client.SendAsync(HttpMethod.Post, "/scheduler/schedules", Valid.ToContent());
        created.Location.ShouldStartWith("/scheduler/schedules/");
        (await client.GetAsync(created.Location)).Status.ShouldBe(200);

        var page = await client.GetAsync("/scheduler/schedules?limit=1");
        var next = page.Headers["Link"].Split('<', '>')[1];
        next.ShouldStartWith("/scheduler/schedules?");
        (await client.GetAsync(next)).Json.GetProperty("schedules").GetArrayLength().ShouldBe(1);

        // Swagger UI reads the document beside it, and calls the server that the document names.
        (await client.GetAsync("/scheduler/swagger/index.html")).Status.ShouldBe(200);
        (await client.GetAsync("/scheduler/swagger/index.js")).Text.ShouldContain("../openapi.yaml");
        (await client.GetAsync("/scheduler/openapi.yaml")).Text.ShouldContain("- url: /scheduler");
        (await client.GetAsync("/openapi.yaml")).Text.ShouldNotContain("servers:");
    }

    [Fact]
    public async Task Below_a_path_base_the_rules_for_paths_hold_and_requests_past_the_proxy_are_answered()
    {
        using var local = new LocalService(("Scheduler:PathBase", "/scheduler"));
        var list = await local.Client.GetAsync("/scheduler/schedules");
        list.Headers["Cache-Control"].ShouldBe("no-store");
        (await local.Client.GetAsync("/health/ready")).Status.ShouldBe(200);
        (await local.Client.GetAsync("/scheduler/no")).ShouldBeProblem(404);
        (await local.Client.GetAsync("/other/schedules")).ShouldBeProblem(404);
    }

    [Theory]
    [InlineData(Loopback), InlineData("10.0.0.0/8", "127.0.0.0/8")]
    public async Task A_trusted_proxy_says_host_scheme_and_prefix_of_the_clients_request(params string[] trusted)
    {
        using var local = Trusting(trusted);
        var created = await PostAsync(local, ("X-Forwarded-Prefix", "/scheduler"), ("X-Forwarded-Proto", "https"));
        created.Location.ShouldStartWith("/scheduler/schedules/");

        // A page of the service itself: its origin is the host that the browser asked for, not that of the proxy.
        (string, string)[] page = [("Origin", "https://jobs.example.org"), ("X-Forwarded-Host", "jobs.example.org")];
        (await PostAsync(local, page)).Status.ShouldBe(200);
        (await PostAsync(local, page[0])).ShouldBeProblem(403);
    }

    [Theory]
    [InlineData(), InlineData("10.0.0.0/8")]
    public async Task Nobody_else_is_believed(params string[] trusted)
    {
        using var local = Trusting(trusted);
        (await PostAsync(local, ("X-Forwarded-Prefix", "/scheduler"))).Location.ShouldStartWith("/schedules/");
        (await PostAsync(local, ("Origin", "https://jobs.example.org"), ("X-Forwarded-Host", "jobs.example.org")))
            .ShouldBeProblem(403);
    }

    [Fact]
    public async Task A_proxy_on_the_same_machine_does_not_make_other_hosts_loopback()
    {
        using var local = Trusting(Loopback);
        (await PostAsync(local, ("Host", "evil.example"), ("X-Forwarded-Host", "localhost"))).ShouldBeProblem(400);
    }

    [Fact]
    public async Task Clients_behind_a_trusted_proxy_are_callers_of_their_own()
    {
        using var local = Trusting([Loopback], ("Scheduler:RequestsPerSecond", "3"));
        await PostAsync(local, For("198.51.100.3")); // the tests' client reads the document
        var one = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(local, For("198.51.100.1"))));
        one.ShouldContain(answer => answer.Status == 429);
        (await PostAsync(local, For("198.51.100.2"))).Status.ShouldBe(200);

        static (string, string) For(string client) => ("X-Forwarded-For", client);
    }

    private static LocalService Trusting(params string[] proxies) => Trusting(proxies, []);

    private static LocalService Trusting(string[] proxies, params (string, string)[] settings) => new(
        [.. proxies.Index().Select(p => ($"Scheduler:TrustedProxies:{p.Index}", p.Item)), .. settings]);

    private static async Task<Answer> PostAsync(LocalService local, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/schedules") { Content = Valid.ToContent() };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await local.Client.SendAsync(request);
    }
}
