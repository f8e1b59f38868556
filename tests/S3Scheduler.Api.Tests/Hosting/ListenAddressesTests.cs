using Microsoft.Extensions.Configuration;

namespace S3Scheduler.Api.Tests.Hosting;

public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("http://localhost:5080"), InlineData("http://LOCALHOST"), InlineData("https://localhost:5081")]
    [InlineData("http://127.0.0.1:0"), InlineData("http://127.1.2.3:5080"), InlineData("http://[::1]:5080")]
    [InlineData("http://unix:/run/scheduler.sock"), InlineData("http://pipe:/scheduler")]
    [InlineData("http://localhost:5080;http://127.0.0.1:5081")]
    public void Loopback_names_addresses_and_sockets_of_this_machine_are_loopback(string urls) =>
        Beyond(("urls", urls)).ShouldBeEmpty();

    [Theory]
    [InlineData("http://0.0.0.0:5080"), InlineData("http://[::]:5080"), InlineData("http://*:5080")]
    [InlineData("http://+:5080"), InlineData("http://10.0.0.1"), InlineData("http://[fe80::1]:5080")]
    // Kestrel does not look names up: it listens everywhere.
    [InlineData("http://scheduler.internal:5080"), InlineData("http://localhost.example.org")]
    [InlineData("http://127.0.0.1.example.org")]
    [InlineData("nonsense"), InlineData("localhost:5080"), InlineData("http:/localhost"), InlineData(" ")]
    public void Everything_else_is_beyond_loopback(string urls) => Beyond(("urls", urls)).ShouldBe([urls]);

    [Fact]
    public void One_address_beyond_loopback_is_named_alone() =>
        Beyond(("urls", "http://localhost:5080;http://0.0.0.0:5081;")).ShouldBe(["http://0.0.0.0:5081"]);

    [Fact]
    public void A_port_is_open_on_all_addresses() =>
        Beyond(("http_ports", "8080;8081"), ("https_ports", "8443"))
            .ShouldBe(["http://*:8080", "http://*:8081", "https://*:8443"]);

    [Fact]
    public void An_address_wins_over_ports()
    {
        Beyond(("urls", "http://localhost:5080"), ("http_ports", "8080"), ("https_ports", "8443")).ShouldBeEmpty();
        Beyond(("urls", ""), ("http_ports", "8080")).ShouldBe(["http://*:8080"]);
    }

    [Fact]
    public void Endpoints_of_Kestrel_win_over_addresses_and_ports()
    {
        (string, string) local = ("Kestrel:Endpoints:Local:Url", "http://localhost:5080");
        Beyond(local, ("urls", "http://*:5080"), ("http_ports", "8080")).ShouldBeEmpty();
        Beyond(local, ("Kestrel:Endpoints:All:Url", "http://*:5081")).ShouldBe(["http://*:5081"]);
        Beyond(("Kestrel:Endpoints:All:Url", "http://*:5081"), ("urls", "http://localhost:5080"))
            .ShouldBe(["http://*:5081"]);
        Beyond(local, ("urls", "http://*:5080"), ("preferHostingUrls", "true")).ShouldBe(["http://*:5080"]);
    }

    [Fact]
    public void An_endpoint_without_an_address_counts_as_beyond_loopback() =>
        Beyond(("Kestrel:Endpoints:Odd:Protocols", "Http2")).ShouldBe(["Kestrel:Endpoints:Odd"]);

    [Fact]
    public void Lambda_is_reached_from_beyond_loopback() =>
        Beyond(("AWS_LAMBDA_FUNCTION_NAME", "scheduler"), ("urls", "http://localhost:5080")).ShouldBe(["AWS Lambda"]);

    [Theory]
    [InlineData(null, null, "http://localhost:5080")]
    [InlineData("urls", "http://127.0.0.1:1", "http://127.0.0.1:1")]
    [InlineData("urls", "", "http://localhost:5080")]
    [InlineData("http_ports", "8080", null)]
    [InlineData("https_ports", "8443", null)]
    public void Without_an_address_or_a_port_the_service_listens_on_loopback(string? key, string? value, string? urls)
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder();
        foreach (var name in (string[])["urls", "http_ports", "https_ports"]) builder.Configuration[name] = null;
        if (key is not null) builder.Configuration[key] = value;

        builder.UseDefaultAddress();

        builder.Configuration["urls"].ShouldBe(urls);
    }

    private static IReadOnlyList<string> Beyond(params (string Key, string? Value)[] settings) =>
        ListenAddresses.BeyondLoopback(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value)).Build());
}
