using System.Net.Sockets;
using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

public sealed class RequestIdTests
{
    [Fact]
    public async Task Each_answer_has_a_request_id_of_its_own()
    {
        using var local = new LocalService();
        var ids = new List<string>();
        foreach (var path in (string[])["/schedules", "/schedules", "/schedules/a", "/nothing", "/swagger/index.html",
            "/health/live", "/schedules?limit=0"])
            ids.Add((await local.Client.GetAsync(path)).Headers["X-Request-Id"]);
        ids.ShouldAllBe(id => id.Length > 0);
        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task The_id_in_a_problem_is_the_id_in_the_log_line()
    {
        // The socket is bound but does not listen, so connections are refused.
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using var service = await ServiceProcess.StartAsync(AppContext.BaseDirectory, [
            .. ServiceOnS3.Configuration($"http://{closed.LocalEndPoint}", "scheduler"),
            ("Logging__LogLevel__S3Scheduler.Api.Http.Problems", "Debug"), // else one a minute
            ("AWS__MaxErrorRetry", "0"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "testtest")]);

        const string Path = "/schedules/2030-01-01T00:00:00.000Z%7Creports%7Ca";
        foreach (var path in (string[])["/schedules", Path, Path + "%20b"])
        {
            using var response = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Core.Cancellation);
            var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Core.Cancellation)).RootElement;
            var id = problem.GetProperty("requestId").GetString().ShouldNotBeNull();
            response.Headers.GetValues("X-Request-Id").ShouldBe([id]);

            await Eventually.HoldsAsync("log", () =>
                Task.FromResult(service.Output.Contains($"RequestId:{id}", StringComparison.Ordinal)));
            var lines = service.Output.Split('\n');
            var scope = Array.FindIndex(lines, line => line.Contains($"RequestId:{id}", StringComparison.Ordinal));
            lines[scope - 1].ShouldContain("ProblemExceptionHandler");
            lines[scope + 1].ShouldContain("GET failed in the store");
        }
    }
}
