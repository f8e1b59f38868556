using Microsoft.Extensions.Configuration;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Tests.Http.Security;

public sealed class AuthenticationSettingsTests
{
    private static readonly string Hash = new('a', 64);

    [Fact]
    public void The_defaults_a_key_a_provider_and_anonymous_are_valid()
    {
        FaultsOf(new()).ShouldBeEmpty();
        FaultsOf(new() { Anonymous = true }).ShouldBeEmpty();
        FaultsOf(new() { ApiKeys = [Key()] }).ShouldBeEmpty();
        foreach (var url in (string[])["https://login.example.org/tenant", "http://localhost:8080", "http://127.0.0.1"])
            FaultsOf(new() { Jwt = new() { Authority = url, Audience = "a" } }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(""), InlineData("login.example.org"), InlineData("http://login.example.org"), InlineData("ftp://a")]
    public void An_issuer_has_an_https_URL(string authority) =>
        FaultsOf(new() { Jwt = new() { Authority = authority, Audience = "a" } })
            .ShouldHaveSingleItem().ShouldContain("Authentication:Jwt:Authority");

    [Fact]
    public void A_provider_needs_an_audience() =>
        FaultsOf(new() { Jwt = new() { Authority = "https://a.example.org" } })
            .ShouldHaveSingleItem().ShouldContain("Authentication:Jwt:Audience");

    [Fact]
    public void Anonymous_beside_credentials_is_refused() =>
        FaultsOf(new() { Anonymous = true, ApiKeys = [Key()] })
            .ShouldHaveSingleItem().ShouldContain("Authentication:Anonymous");

    [Fact]
    public void A_name_and_a_key_are_given_once()
    {
        FaultsOf(new() { ApiKeys = [Key(), Key(hash: new('b', 64))] })
            .ShouldHaveSingleItem().ShouldContain("each name");
        FaultsOf(new() { ApiKeys = [Key("a", new('a', 64)), Key("b", new('A', 64))] })
            .ShouldHaveSingleItem().ShouldContain("each key");
    }

    [Theory]
    [InlineData(""), InlineData("a b"), InlineData("é"), InlineData("a\n")]
    public void A_key_needs_a_plain_name(string name) =>
        FaultsOf(new() { ApiKeys = [Key(name)] }).ShouldHaveSingleItem().ShouldContain("ApiKeys:0:Name");

    [Theory]
    [InlineData(""), InlineData("aa"), InlineData("s3s_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_key_is_given_by_its_hash_alone(string hash) =>
        FaultsOf(new() { ApiKeys = [Key(hash: hash)] }).ShouldHaveSingleItem().ShouldContain("ApiKeys:0:Sha256");

    [Theory]
    [InlineData(), InlineData("schedules"), InlineData("schedules:read", "*")]
    public void A_key_needs_known_scopes(params string[] scopes)
    {
        var key = Key();
        key.Scopes = scopes;
        FaultsOf(new() { ApiKeys = [key] }).ShouldHaveSingleItem().ShouldContain("ApiKeys:0:Scopes");
    }

    [Fact]
    public void A_key_whose_destinations_are_given_but_empty_is_refused()
    {
        foreach (var json in (string[])["\"\"", "[]"])
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(
                $"{{\"Authentication\":{{\"ApiKeys\":[{{\"Name\":\"a\",\"Destinations\":{json}}}]}}}}"));
            var configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
            new EmptyDestinations(configuration).Validate(null, new()).FailureMessage
                .ShouldNotBeNull(json).ShouldContain("Authentication:ApiKeys:0:Destinations");
        }
    }

    [Fact]
    public void A_value_that_is_null_is_as_wrong_as_an_empty_one()
    {
        var key = new ApiKeySettings { Name = null!, Sha256 = null!, Scopes = [null!], Destinations = [null!] };
        FaultsOf(new() { ApiKeys = [key] }).Count.ShouldBe(4);
    }

    private static ApiKeySettings Key(string name = "billing", string? hash = null) =>
        new() { Name = name, Sha256 = hash ?? Hash, Scopes = [Scopes.Read] };

    private static IReadOnlyList<string> FaultsOf(AuthenticationSettings settings) =>
        [.. new AuthenticationSettingsValidator().Validate(null, settings).Failures ?? []];
}
