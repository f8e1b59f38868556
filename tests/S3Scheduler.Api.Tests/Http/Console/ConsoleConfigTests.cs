using System.Text.Json;
using Microsoft.Extensions.Configuration;
using S3Scheduler.Api.Http.Console;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Tests.Http.Security;

namespace S3Scheduler.Api.Tests.Http.Console;

/// <summary>What the page is told before anybody has signed in, and the settings of that.</summary>
public sealed class ConsoleConfigTests
{
    private static readonly AuthenticationSettings WithJwt = new()
    {
        Jwt = new JwtSettings { Authority = "https://login.example.org", Audience = "s3-scheduler" },
    };

    [Fact]
    public async Task A_service_that_asks_nobody_says_so()
    {
        using var local = new LocalService();
        var config = (await local.Client.GetAsync("/console/config.json")).Json;
        config.GetProperty("asksWhoCalls").GetBoolean().ShouldBeFalse();
        config.GetProperty("hasUploads").GetBoolean().ShouldBeFalse();
        config.GetProperty("traceUrl").ValueKind.ShouldBe(JsonValueKind.Null);
        config.GetProperty("oidc").ValueKind.ShouldBe(JsonValueKind.Null);
        config.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Page_files_and_config_need_no_credentials_and_the_config_has_no_secret()
    {
        using var service = new ClosedService(("Console:TraceUrl", "https://traces.example.org/{key}"));
        (await service.SendAsync("GET", "/", null)).Status.ShouldBe(200);
        (await service.SendAsync("GET", "/console/x/api.js", null)).Status.ShouldBe(200);
        var answer = await service.SendAsync("GET", "/console/config.json", null);
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        answer.Json.EnumerateObject().Select(member => member.Name)
            .ShouldBe(["version", "asksWhoCalls", "takesKeys", "oidc", "traceUrl", "hasUploads"]);
        answer.Json.GetProperty("asksWhoCalls").GetBoolean().ShouldBeTrue();
        answer.Json.GetProperty("takesKeys").GetBoolean().ShouldBeTrue();
        answer["traceUrl"].ShouldBe("https://traces.example.org/{key}");
    }

    [Fact]
    public async Task The_console_may_call_the_host_where_the_issuer_gives_tokens()
    {
        await using var issuer = new TokenIssuer();
        await issuer.StartAsync();
        using var service = new ClosedService(
            ("Authentication:Jwt:Authority", issuer.Url), ("Authentication:Jwt:Audience", TokenIssuer.Audience),
            ("Console:Oidc:ClientId", "console"));
        var page = await service.SendAsync("GET", "/", null);
        page.Headers["Content-Security-Policy"].ShouldContain($"connect-src 'self' {issuer.Url};");
        var oidc = (await service.SendAsync("GET", "/console/config.json", null)).Json.GetProperty("oidc");
        oidc.GetProperty("clientId").GetString().ShouldBe("console");
        oidc.GetProperty("tokenEndpoint").GetString().ShouldBe($"{issuer.Url}/token");
        oidc.GetProperty("authorizationEndpoint").GetString().ShouldBe($"{issuer.Url}/authorize");
    }

    [Fact]
    public async Task While_the_issuer_cannot_be_reached_the_page_loads_all_the_same()
    {
        using var service = new ClosedService(
            ("Authentication:Jwt:Authority", "http://127.0.0.1:9"), ("Authentication:Jwt:Audience", "a"),
            ("Console:Oidc:ClientId", "console"));
        (await service.SendAsync("GET", "/", null)).Status.ShouldBe(200);
        var oidc = (await service.SendAsync("GET", "/console/config.json", null)).Json.GetProperty("oidc");
        oidc.GetProperty("tokenEndpoint").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task The_caller_is_told_its_name_scopes_and_destinations()
    {
        using var service = new ClosedService();
        var full = (await service.SendAsync("GET", "/me", ClosedService.Full)).Json;
        full.GetProperty("name").GetString().ShouldBe(ClosedService.Full);
        Scopes(full).ShouldBe(S3Scheduler.Api.Http.Security.Scopes.All);
        full.GetProperty("destinations").ValueKind.ShouldBe(JsonValueKind.Null);
        var limited = (await service.SendAsync("GET", "/me", ClosedService.Limited)).Json;
        limited.GetProperty("destinations").EnumerateArray().Single().GetString().ShouldBe("own");
        Scopes((await service.SendAsync("GET", "/me", ClosedService.Without("sweeps:run"))).Json)
            .ShouldBe(["schedules:read", "schedules:write", "metrics:read"]);

        static IEnumerable<string?> Scopes(JsonElement me) =>
            me.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString());
    }

    [Theory]
    [InlineData("TraceUri", "https://a/{key}", "TraceUri"), InlineData("Oidc:Client", "a", "Client")]
    [InlineData("TraceUrl", "https://traces.example.org", "TraceUrl"), InlineData("TraceUrl", "{key}", "TraceUrl")]
    [InlineData("TraceUrl", "javascript:alert('{key}')", "TraceUrl")]
    [InlineData("Oidc:Scope", "openid", "ClientId")]
    public void A_wrong_or_unknown_setting_stops_the_start_with_its_name(string key, string value, string named) =>
        Should.Throw<StartupException>(() => Read(WithJwt, (key, value))).Message.ShouldContain(named);

    [Fact]
    public void A_client_id_without_an_issuer_stops_the_start() =>
        Should.Throw<StartupException>(() => Read(new(), ("Oidc:ClientId", "console"))).Message
            .ShouldContain("Authentication:Jwt");

    [Fact]
    public void Right_settings_are_taken_and_a_variable_that_is_only_called_console_is_not_one()
    {
        Read(WithJwt, ("TraceUrl", "https://a/{key}")).TraceUrl.ShouldBe("https://a/{key}");
        Read(WithJwt, ("Oidc:ClientId", "console")).Oidc!.Scope.ShouldStartWith("openid schedules:read ");
        ConsoleSettings.Read(new ConfigurationManager { ["Console"] = "/dev/console" }, new()).Oidc.ShouldBeNull();
    }

    private static ConsoleSettings Read(AuthenticationSettings authentication, (string Key, string Value) setting) =>
        ConsoleSettings.Read(new ConfigurationManager { [$"Console:{setting.Key}"] = setting.Value }, authentication);
}
