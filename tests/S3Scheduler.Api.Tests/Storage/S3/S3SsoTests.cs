using System.Security.Cryptography;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>A profile with <c>sso_session</c> whose user has logged in. FakeS3 plays the SSO portal and S3.</summary>
public sealed class S3SsoTests : IDisposable
{
    private const string Config = """
        [profile dev]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = scheduler
        region = eu-north-1
        [sso-session corp]
        sso_region = eu-north-1
        sso_start_url = https://corp.example/start
        """;

    private const string Role = """
        {"roleCredentials": {"accessKeyId": "FROMSSO", "secretAccessKey": "secret", "sessionToken": "token",
        "expiration": 4951238400000}}
        """;

    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_service_signs_with_the_credentials_that_the_portal_gives_for_the_cached_token()
    {
        Directory.CreateDirectory(_home[".aws/sso/cache"]);
        await WriteAsync(".aws/config", Config);
        var token = """{"accessToken": "logged-in", "expiresAt": "2126-11-25T00:00:00Z", "region": "eu-north-1"}""";
#pragma warning disable CA5350 // The SDK finds the token under this name.
        await WriteAsync($".aws/sso/cache/{Convert.ToHexStringLower(SHA1.HashData("corp"u8))}.json", token);
#pragma warning restore CA5350
        await using var server = new FakeS3(request => request.StartsWith("GET /federation", StringComparison.Ordinal)
            ? FakeS3.Answer("200 OK", Role)
            : FakeS3.Error("404 Not Found", StoreException.NoSuchBucket));

        var (exitCode, output) = await ServiceProcess.RunAsync(
            _home.Path,
            [
                .. ServiceOnS3.Configuration(server.Url, "scheduler"), ("AWS__Profile", "dev"), ("HOME", _home.Path),
                ("AWS_ENDPOINT_URL_SSO", server.Url),
            ]);

        exitCode.ShouldBe(1, output);
        output.ShouldContain("Scheduler:Bucket");
        var portal = server.Requests.First();
        portal.ShouldStartWith("GET /federation/credentials?");
        portal.ShouldContain("role_name=scheduler");
        portal.ShouldContain("account_id=123456789012");
        portal.ShouldContain("x-amz-sso_bearer_token: logged-in\r\n");
        server.Requests.Count.ShouldBeGreaterThan(1);
        server.Requests.Skip(1).ShouldAllBe(request => request.Contains("Credential=FROMSSO/"));
    }

    private Task WriteAsync(string file, string text) =>
        File.WriteAllTextAsync(_home[file], text, TestContext.Current.CancellationToken);
}
