using System.Net.Sockets;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>SIGTERM while content is arriving.</summary>
public sealed class ShutdownTests : EndToEndTest
{
    [Fact]
    public async Task Content_that_is_arriving_is_still_stored_and_answered()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        using var upload = await SlowUpload.StartAsync(service);
        var end = service.StopAsync();
        await Eventually.HoldsAsync("stop", () => service.Output.Contains("shutting down", StringComparison.Ordinal));

        (await upload.EndAsync()).ShouldStartWith("HTTP/1.1 201 ");
        (await end).ShouldBe(0, service.Output);
        Directory.EnumerateFiles(Folder["data/scheduler/schedules"]).ShouldContain(file => file.EndsWith("|reports|a"));
    }

    [Fact]
    public async Task It_may_take_as_many_seconds_as_the_operator_says()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path, ("SHUTDOWNTIMEOUTSECONDS", "1"));
        using var upload = await SlowUpload.StartAsync(service);
        await service.StopAsync(); // although the rest never comes
        service.Output.ShouldContain("shutting down");
    }

    /// <summary>A form whose last bytes have not been sent yet, but which the service has begun to read.</summary>
    private sealed class SlowUpload : IDisposable
    {
        private static readonly byte[] Body = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z").ToBytes();
        private static readonly Range Last = ^10..;

        private readonly TcpClient _client;
        private readonly StreamReader _answer;

        private SlowUpload(Uri service)
        {
            _client = new TcpClient(service.Host, service.Port);
            _answer = new StreamReader(_client.GetStream());
        }

        public static async Task<SlowUpload> StartAsync(ServiceProcess service)
        {
            var upload = new SlowUpload(service.Client.BaseAddress!);
            await upload.SendAsync(Encoding.ASCII.GetBytes(
                $"POST /schedules HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n"
                + $"Content-Type: multipart/form-data; boundary={Form.Boundary}\r\nExpect: 100-continue\r\n\r\n"));
            (await upload._answer.ReadLineAsync(Cancellation)).ShouldBe("HTTP/1.1 100 Continue");
            (await upload._answer.ReadLineAsync(Cancellation)).ShouldBe("");
            await upload.SendAsync(Body[..Last.Start]);
            return upload;
        }

        public async Task<string> EndAsync()
        {
            await SendAsync(Body[Last]);
            return await _answer.ReadToEndAsync(Cancellation);
        }

        public void Dispose()
        {
            _answer.Dispose();
            _client.Dispose();
        }

        private Task SendAsync(byte[] bytes) => _client.GetStream().WriteAsync(bytes, Cancellation).AsTask();
    }
}
