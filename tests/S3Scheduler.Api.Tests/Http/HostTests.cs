using System.Net.Sockets;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>
/// A site can make its own name lead to 127.0.0.1 (DNS rebinding). Then its pages have the same origin as the service.
/// </summary>
public sealed class HostTests
{
    [Theory]
    [InlineData("localhost"), InlineData("localhost:5080"), InlineData("LocalHost"), InlineData("127.0.0.1:80")]
    [InlineData("127.1.2.3"), InlineData("[::1]"), InlineData("[::1]:5080"), InlineData("")]
    public async Task On_loopback_the_service_answers_for_loopback_and_without_a_host(string host)
    {
        using var local = new LocalService();
        (await AskAsync(local, host)).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Theory]
    [InlineData("evil.example"), InlineData("evil.example:5080"), InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example"), InlineData("0.0.0.0"), InlineData("10.0.0.1"), InlineData("[fe80::1]")]
    public async Task On_loopback_another_host_is_a_400_that_says_what_to_do(string host)
    {
        using var local = new LocalService();
        foreach (var path in (string[])["/schedules", "/health/live", "/swagger/index.html", "/openapi.yaml", "/no"])
            foreach (var method in (string[])["GET", "POST"])
            {
                var answer = await AskAsync(local, host, method, path);
                answer.ShouldStartWith("HTTP/1.1 400 ");
                answer.ShouldContain("application/problem+json");
                answer.ShouldContain("X-Request-Id");
                answer.ShouldContain("AllowedHosts");
            }
    }

    [Theory]
    [InlineData("http://*:0", null), InlineData("http://127.0.0.1:0", "*")]
    [InlineData("http://127.0.0.1:0", "app.example.org;other.example.org")]
    public async Task Beyond_loopback_or_with_AllowedHosts_other_hosts_are_answered(string urls, string? allowed)
    {
        using var local = new LocalService(
            ("urls", urls), ("AllowedHosts", allowed ?? ""), ("Authentication:Anonymous", "true"));
        (await AskAsync(local, "app.example.org")).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task AllowedHosts_names_all_hosts_that_are_answered()
    {
        using var local = new LocalService(("AllowedHosts", "app.example.org"));
        (await AskAsync(local, "other.example.org")).ShouldStartWith("HTTP/1.1 400 ");
        (await AskAsync(local, "localhost")).ShouldStartWith("HTTP/1.1 400 ");
    }

    // A client library would not send every host.
    private static async Task<string> AskAsync(
        LocalService local, string host, string method = "GET", string path = "/schedules")
    {
        using var client = new TcpClient("127.0.0.1", local.Address.Port);
        await using var stream = client.GetStream();
        var request = $"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Core.Cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Core.Cancellation);
    }
}
