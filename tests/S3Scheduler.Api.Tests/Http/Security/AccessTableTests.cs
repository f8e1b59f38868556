using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Tests.Http.Security;

/// <summary>Every route with every kind of credential. The routes are those that the service maps.</summary>
public sealed class AccessTableTests : IAsyncLifetime
{
    private readonly TokenIssuer _issuer = new();
    private ClosedService _service = null!;
    private string _key = "";

    public async ValueTask InitializeAsync()
    {
        await _issuer.StartAsync();
        _service = new ClosedService(
            ("Authentication:Jwt:Authority", _issuer.Url), ("Authentication:Jwt:Audience", TokenIssuer.Audience),
            ("Metrics:Prometheus", "true"));
        var form = Form.To("reports", "kept").DueAt("2030-01-01T00:00:00Z");
        _key = (await _service.PostAsync(form, ClosedService.Full)).Key;
    }

    public async ValueTask DisposeAsync()
    {
        _service.Dispose();
        await _issuer.DisposeAsync();
    }

    /// <summary>Anyone may call them.</summary>
    private static readonly string[] Open =
        ["/health/live", "/health/ready", "", "/console/config.json", "/console/{hash}/{**path}"];

    [Fact]
    public void Every_route_needs_a_scope_and_health_and_the_console_alone_are_open()
    {
        var routes = Routes().ToList();
        routes.Count.ShouldBeGreaterThanOrEqualTo(19);
        foreach (var route in routes)
        {
            if (Open.Contains(route.Path)) route.Scope.ShouldBeNull(route.Path);
            else if (route.Path == "/me") route.Scope.ShouldBe(""); // every caller may ask who it is
            else Scopes.All.ShouldContain(route.Scope ?? "", $"{route} needs RequireScope");
        }
    }

    [Fact]
    public async Task A_request_without_the_right_credentials_is_refused_on_every_route_and_changes_nothing()
    {
        var before = _service.Local.Files();
        foreach (var route in Routes().Where(r => r.Scope is not null))
        {
            var scope = route.Scope == "" ? Scopes.Read : route.Scope!;
            var others = string.Join(' ', Scopes.All.Except([scope]));
            var refused = new Dictionary<string, ((string, string)[] Headers, int Status)>
            {
                ["no credentials"] = ([], 401),
                ["a wrong key"] = ([(ApiKeyHandler.Header, "s3s_wrong")], 401),
                ["a wrong key as a bearer token"] = (Bearer("s3s_wrong"), 401),
                ["an empty key"] = ([(ApiKeyHandler.Header, "")], 401),
                ["basic credentials"] = ([("Authorization", "Basic YTpi")], 401),
                ["the hash of a key"] = ([(ApiKeyHandler.Header, HashOf(ClosedService.Full))], 401),
                ["a key without the scope"] = (Key(ClosedService.Without(scope)), 403),
                ["an expired token"] = (Bearer(_issuer.Token(scope, age: TimeSpan.FromHours(1))), 401),
                ["a token for another audience"] = (Bearer(_issuer.Token(scope, audience: "other")), 401),
                ["a forged token"] = (Bearer(_issuer.Token(scope, isForged: true)), 401),
                ["a cut token"] = (Bearer(_issuer.Token(scope)[..^9]), 401),
                ["an unsigned token"] = (Bearer("eyJhbGciOiJub25lIn0.eyJzY29wZSI6InN3ZWVwczpydW4ifQ."), 401),
                ["a token without the scope"] = (Bearer(_issuer.Token(others)), 403),
                ["a token of nobody"] = (Bearer(_issuer.Token(scope, subject: "")), 401),
            };
            foreach (var (what, (headers, status)) in refused)
            {
                if (route.Scope == "" && status == 403) continue;
                var answer = await _service.SendWithAsync(route.Method, route.Path, headers);
                answer.Status.ShouldBe(status, $"{route} with {what}");
                if (status == 401) answer.Headers["WWW-Authenticate"].ShouldStartWith("Bearer");
                if (route.Method == "HEAD") continue;
                answer.ShouldBeProblem(status, status == 403 ? scope : "X-Api-Key");
            }
        }

        _service.Local.Files().ShouldBe(before);
    }

    [Fact]
    public async Task The_right_credentials_pass_on_every_route()
    {
        foreach (var route in Routes())
        {
            var scope = route.Scope ?? "";
            (string, string)[][] right =
            [
                Key(ClosedService.Full), Bearer(ClosedService.KeyOf(ClosedService.Full)), Bearer(_issuer.Token(scope)),
                Bearer(_issuer.Token($"openid {scope}", claim: "scp")),
            ];
            foreach (var headers in route.Scope is null ? [[]] : right)
                (await _service.SendWithAsync(route.Method, route.Path, headers)).Status.ShouldNotBeOneOf(401, 403);
        }
    }

    [Fact]
    public async Task A_key_with_other_destinations_finds_no_such_schedule_on_any_route()
    {
        var before = _service.Local.Files();
        var key = Uri.EscapeDataString(_key);
        foreach (var route in Routes().Where(r => r.Path.Contains(key, StringComparison.Ordinal)))
        {
            var body = route.Method == "PATCH"
                ? new StringContent("""{"dueAt":"2031-01-01T00:00:00Z"}""", Encoding.UTF8, "application/json")
                : null;
            (await _service.SendAsync(route.Method, route.Path, ClosedService.Limited, body))
                .Status.ShouldBe(404, $"{route}");
        }

        _service.Local.Files().ShouldBe(before);
    }

    [Fact]
    public async Task An_unknown_route_and_a_wrong_method_tell_nothing_without_credentials()
    {
        (await _service.SendAsync("GET", "/nothing", null)).ShouldBeProblem(401);
        (await _service.SendAsync("PUT", "/schedules", null)).ShouldBeProblem(401);
        (await _service.SendAsync("GET", "/nothing", ClosedService.Full)).ShouldBeProblem(404);
        (await _service.SendAsync("PUT", "/schedules", ClosedService.Full)).ShouldBeProblem(405);
    }

    [Fact]
    public async Task Health_and_Swagger_UI_load_without_credentials()
    {
        foreach (var path in (string[])["/health/live", "/health/ready", "/swagger/index.html", "/openapi.yaml"])
        {
            (await _service.SendAsync("GET", path, null)).Status.ShouldBe(200, path);
            (await _service.SendAsync("HEAD", path, null)).Status.ShouldBe(200, path);
        }
    }

    [Fact]
    public async Task While_the_issuer_cannot_be_reached_a_token_is_answered_503_and_keys_still_work()
    {
        var token = _issuer.Token(Scopes.Read);
        await _issuer.DisposeAsync();
        foreach (var _ in (int[])[1, 2])
        {
            var answer = await _service.SendWithAsync("GET", "/schedules", Bearer(token));
            answer.ShouldBeProblem(503, "issuer");
            answer.Headers["Retry-After"].ShouldBe("5");
        }

        (await _service.SendAsync("GET", "/schedules", ClosedService.Full)).Status.ShouldBe(200);
    }

    private IEnumerable<Route> Routes() =>
        from endpoint in _service.Local.Service.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
        let template = endpoint.RoutePattern.RawText!.TrimEnd('/')
        let scope = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
            ? endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy ?? ""
            : null
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select new Route(method, template.Replace("{key}", Uri.EscapeDataString(_key)), scope);

    private static (string, string)[] Key(string name) => [(ApiKeyHandler.Header, ClosedService.KeyOf(name))];

    private static (string, string)[] Bearer(string token) => [("Authorization", $"Bearer {token}")];

    private static string HashOf(string name) =>
        ClosedService.ApiKey(0, name).Single(s => s.Key.EndsWith(":Sha256", StringComparison.Ordinal)).Value;

    /// <param name="Scope">Null: anyone may call it.</param>
    private sealed record Route(string Method, string Path, string? Scope);
}
