namespace S3Scheduler.Api.Tests.Http;

/// <summary>Requests as browsers send them for pages of all kinds of origins.</summary>
public sealed class CrossOriginTests
{
    private const string App = "https://app.example.org";
    private const string Other = "https://other.example.org";
    private static readonly Form Valid = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z");

    [Theory]
    [InlineData(null, Other), InlineData(null, "null"), InlineData(null, "http://localhost"), InlineData(null, "odd")]
    [InlineData("cross-site", Other), InlineData("cross-site", "null"), InlineData("cross-site", null)]
    [InlineData("same-site", "http://localhost:1"), InlineData("same-site", null)]
    [InlineData("another-value", null), InlineData("Same-Origin", null)]
    public async Task A_page_of_another_origin_may_not_change_anything(string? site, string? origin)
    {
        using var local = new LocalService();
        await ShouldRefuseAllAsync(local, site, origin);
    }

    [Fact]
    public async Task A_page_on_another_port_or_host_of_the_same_machine_has_another_origin()
    {
        using var local = new LocalService();
        await ShouldRefuseAllAsync(local, null, $"http://127.0.0.1:{local.Address.Port - 1}");
        await ShouldRefuseAllAsync(local, null, $"http://localhost:{local.Address.Port}");
    }

    [Fact]
    public async Task The_host_must_be_the_page_s_own_whatever_Sec_Fetch_Site_says_of_the_site()
    {
        using var local = new LocalService();
        var own = local.Address.GetLeftPart(UriPartial.Authority);
        await ShouldRefuseAllAsync(local, "same-site", own);
        await ShouldRefuseAllAsync(local, "same-origin, cross-site", own);
    }

    [Theory]
    [InlineData(null, null), InlineData("same-origin", null), InlineData("none", null), InlineData("none", "null")]
    [InlineData("same-origin", "http://inside.example.org")] // a proxy that does not pass on the Host
    public async Task A_program_and_a_page_of_the_service_itself_may(string? site, string? origin)
    {
        using var local = new LocalService();
        (await PostAsync(local, site, origin)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Without_Sec_Fetch_Site_the_origin_s_host_and_port_must_be_the_request_s_own()
    {
        using var local = new LocalService(("AllowedHosts", "*"));
        foreach (var (origin, host) in ((string, string)[])[
            ("http://10.0.0.1:8080", "10.0.0.1:8080"), ("http://inside.example.org", "inside.example.org"),
            ("http://inside.example.org", "INSIDE.example.org:80"), ("http://[::1]:8080", "[::1]:8080"),
            // behind a proxy that ends TLS
            ("https://inside.example.org", "inside.example.org"),
            ("https://inside.example.org", "inside.example.org:443")])
            (await PostAsync(local, null, origin, host)).Status.ShouldBe(
                (origin, host) == ("http://10.0.0.1:8080", "10.0.0.1:8080") ? 201 : 200, $"{origin} {host}");
        foreach (var (origin, host) in ((string, string)[])[
            ("http://10.0.0.1:8080", "10.0.0.1:8081"), ("http://10.0.0.1:8080", "10.0.0.1"),
            ("http://example.org", "inside.example.org"), ("http://inside.example.org", "inside.example.org:443"),
            ("http://inside.example.org@other.example.org", "inside.example.org")])
            (await PostAsync(local, null, origin, host)).ShouldBeProblem(403);
    }

    [Theory]
    [InlineData(null), InlineData("cross-site"), InlineData("same-site")]
    public async Task A_page_of_an_allowed_origin_may_and_no_other(string? site)
    {
        using var local = new LocalService(("Scheduler:CorsOrigins:0", App));
        (await PostAsync(local, site, App)).Status.ShouldBe(201);
        await ShouldRefuseAllAsync(local, site, Other);
        await ShouldRefuseAllAsync(local, site, "null");
        await ShouldRefuseAllAsync(local, "cross-site", null);
    }

    [Theory]
    [InlineData("cross-site", Other), InlineData("cross-site", "null"), InlineData(null, "null")]
    [InlineData("cross-site", null)]
    public async Task Every_page_may_if_all_origins_are_allowed(string? site, string? origin)
    {
        using var local = new LocalService(("Scheduler:CorsOrigins:0", "*"));
        (await PostAsync(local, site, origin)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Reading_is_left_to_CORS_and_no_page_may_embed_an_answer()
    {
        using var local = new LocalService(("Scheduler:CorsOrigins:0", App));
        var key = (await local.Client.PostAsync(Valid)).Key;
        foreach (var path in (string[])["/schedules", $"{Client.PathOf(key)}/content", "/schedules/a", "/nothing"])
            foreach (var method in (string[])["GET", "HEAD", "OPTIONS"])
            {
                var answer = await SendAsync(local, method, path, null, "cross-site", Other);
                answer.Status.ShouldNotBe(403);
                answer.Headers["Cross-Origin-Resource-Policy"].ShouldBe("same-origin", $"{method} {path}");
                answer.Headers.Keys.ShouldNotContain("Access-Control-Allow-Origin");
            }
    }

    private static async Task ShouldRefuseAllAsync(LocalService local, string? site, string? origin)
    {
        var before = local.Files();
        (await PostAsync(local, site, origin)).ShouldBeProblem(403, "Scheduler:CorsOrigins");
        var key = Client.PathOf("2030-01-01T00:00:00.000Z|reports|b");
        foreach (var (method, path) in ((string, string)[])[
            ("DELETE", key), ("PATCH", key), ("POST", $"{key}/retry"), ("POST", "/schedules/retry"),
            ("POST", "/schedules/cancel?bucket=reports"), ("POST", "/schedules/reschedule?bucket=reports&by=PT1H"),
            ("POST", "/schedules/uploads"), ("POST", "/sweeps"), ("PUT", "/schedules"), ("NONSENSE", "/nothing")])
            (await SendAsync(local, method, path, new StringContent("{}"), site, origin)).ShouldBeProblem(403);
        local.Files().ShouldBe(before);
    }

    private static Task<Answer> PostAsync(LocalService local, string? site, string? origin, string? host = null) =>
        SendAsync(local, "POST", "/schedules", Valid.ToContent(), site, origin, host);

    private static async Task<Answer> SendAsync(
        LocalService local, string method, string path, HttpContent? content, string? site, string? origin,
        string? host = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (host is not null) request.Headers.Host = host;
        foreach (var (name, value) in ((string, string?)[])[("Sec-Fetch-Site", site), ("Origin", origin)])
            if (value is not null) request.Headers.TryAddWithoutValidation(name, value);
        return await local.Client.SendAsync(request);
    }
}
