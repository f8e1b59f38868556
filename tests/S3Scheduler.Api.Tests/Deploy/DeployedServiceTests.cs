using System.Net;
using System.Security.Cryptography;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>The service with the environment that a template gives it, listening on all addresses.</summary>
public sealed class DeployedServiceTests(S3Server server) : EndToEndTest
{
    private const string Key = "a key";

    [Fact]
    public async Task On_ECS_a_call_needs_a_key_and_the_load_balancers_check_needs_none()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Key)));
        var template = Template.Load("ecs.yaml", ("ApiKeySecret", hash)); // as if ECS had read the secret
        await using var service = await StartAsync(template.Settings);

        (await StatusAsync(service, "GET /schedules")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(service, "GET /schedules", ("X-Api-Key", Key))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(service, "GET /health/ready", ("Host", "10.0.1.2:8080"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task On_ECS_a_call_needs_a_token_if_an_issuer_is_set()
    {
        var template = Template.Load("ecs.yaml", ("JwtIssuer", "https://issuer.invalid"), ("JwtAudience", "scheduler"));
        await using var service = await StartAsync(template.Settings);

        (await StatusAsync(service, "GET /schedules")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(service, "GET /health/ready")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task On_Lambda_a_call_needs_nothing_because_API_Gateway_has_let_it_in()
    {
        await using var service = await StartAsync(Template.Load("lambda.yaml").Settings, LambdaTests.OnLambda);

        (await StatusAsync(service, "GET /schedules", ("Host", "api.example.org"))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(service, "POST /sweeps", ("Host", "trigger"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task With_Compose_a_call_needs_nothing_but_the_host_name_of_this_machine()
    {
        await using var service = await StartAsync(Compose.Settings);

        (await StatusAsync(service, "GET /schedules", ("Host", "localhost:8080"))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(service, "GET /schedules", ("Host", "example.org"))).ShouldBe(HttpStatusCode.BadRequest);
    }

    /// <summary>Starts it with the tests' server in place of the template's.</summary>
    private async Task<ServiceProcess> StartAsync(
        IReadOnlyDictionary<string, string> settings, params (string Key, string Value)[] more)
    {
        // The tests' server can't assume roles.
        var own = settings.Where(v => v.Key is not ("Scheduler__Uploads__RoleArn" or "TMPDIR"))
            .Where(v => !v.Key.StartsWith("AWS", StringComparison.Ordinal)).Select(v => (v.Key, v.Value));
        return await ServiceProcess.StartAsync(
            Folder.Path,
            [
                .. own, .. ServiceOnS3.Configuration(server, await server.EmptyBucketAsync()),
                ("ASPNETCORE_URLS", "http://*:0"), .. more,
            ]);
    }

    private static async Task<HttpStatusCode> StatusAsync(
        ServiceProcess service, string call, params (string Name, string Value)[] headers)
    {
        var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
        var address = new UriBuilder(service.Client.BaseAddress!) { Host = "127.0.0.1", Path = path };
        using var request = new HttpRequestMessage(new HttpMethod(method), address.Uri);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var response = await service.Client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}
