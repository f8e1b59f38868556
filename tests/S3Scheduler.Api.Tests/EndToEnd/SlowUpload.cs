using System.Net.Sockets;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>A form whose last bytes have not been sent yet, but which the service has begun to read.</summary>
internal sealed class SlowUpload : IDisposable
{
    private static readonly byte[] Body = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z").ToBytes();
    private static readonly Range Last = ^10..;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
