using System.Net;
using System.Net.Sockets;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>A service whose S3 server can't be reached.</summary>
public sealed class StoreDownTests : IAsyncLifetime
{
    private readonly Socket _closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Service? _service;

    public ValueTask InitializeAsync()
    {
        // The socket is bound but does not listen, so the port is taken and connections are refused.
        _closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        foreach (var name in (string[])["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            Environment.SetEnvironmentVariable(name, Environment.GetEnvironmentVariable(name) ?? "testtest");
        _service = new Service(TimeProvider.System, new Dictionary<string, string>
        {
            ["Scheduler:Storage"] = "S3",
            ["AWS:ServiceURL"] = $"http://{_closed.LocalEndPoint}",
            ["AWS:ForcePathStyle"] = "true",
            ["AWS:MaxErrorRetry"] = "0",
        });
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_service_without_its_store_is_live_and_not_ready_and_answers_503()
    {
        var client = _service!.Client;
        (await client.GetAsync("/health/live")).Text.ShouldBe("""{"status":"live"}""");
        (await client.GetAsync("/health/ready")).ShouldBeProblem(503, "can't be reached");

        var path = Client.PathOf("2030-01-01T00:00:00.000Z|reports|a");
        foreach (var answer in (Answer[])[
            await client.PostAsync(Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z")),
            await client.SweepAsync(),
            await client.GetAsync("/schedules"),
            await client.GetAsync(path),
            await client.GetAsync($"{path}/content"),
            await client.DeleteAsync(path),
            await client.PatchAsync(path, """{"dueAt":"2031-01-01T00:00:00Z"}"""),
            await client.RetryAsync(path),
            await client.SendAsync(HttpMethod.Post, "/schedules/retry"),
            await client.SendAsync(HttpMethod.Post, "/schedules/cancel?bucket=reports"),
            await client.SendAsync(HttpMethod.Post, "/schedules/reschedule?bucket=reports&by=PT1H"),
            await client.GetAsync("/schedules/summary"),
            await client.GetAsync("/schedules?status=failed"),
        ])
        {
            answer.ShouldBeProblem(503);
            answer.Headers["Retry-After"].ShouldBe("5");
        }
    }

    [Fact]
    public async Task The_faults_of_a_request_are_named_although_the_store_is_down() =>
        (await _service!.Client.PostAsync(Form.To("reports", ""))).ShouldBeFaultOf("dueAt", "key");

    public async ValueTask DisposeAsync()
    {
        if (_service is not null) await _service.DisposeAsync();
        _closed.Dispose();
    }
}
