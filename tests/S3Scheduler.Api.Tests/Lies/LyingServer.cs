using System.Net;
using System.Net.Sockets;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>
/// A server on loopback that sends any bytes, and can stop after any of them. It speaks to sockets itself: a web server
/// would refuse to send wrong lengths and half answers.
/// </summary>
internal sealed class LyingServer : IAsyncDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _endOfStalls = new();
    private readonly Func<S3Message, Sent> _answer;
    private readonly Task _accepting;

    public LyingServer(Func<S3Message, Sent> answer)
    {
        _answer = answer;
        _listener.Start();
        Url = $"http://{_listener.LocalEndpoint}";
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>Closes the connections that have stalled. None stalls from now on.</summary>
    public Task EndStallsAsync() => _endOfStalls.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await EndStallsAsync();
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _endOfStalls.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            var stream = client.GetStream();
            while (await ReadAsync(stream) is { } request)
            {
                var sent = _answer(request);
                await stream.WriteAsync(sent.Bytes, _end.Token);
                // Returns when the client hangs up.
                if (sent.Ending == Ending.Stalled)
                    await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _endOfStalls.Token);
                if (sent.Ending != Ending.Open) return;
            }
        }
    }

    private async Task<S3Message?> ReadAsync(NetworkStream stream)
    {
        var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int head = -1, whole = int.MaxValue; ;)
        {
            if (head < 0 && (head = read.GetBuffer().AsSpan(0, (int)read.Length).IndexOf(EndOfHead)) >= 0)
                whole = head + EndOfHead.Length + LengthOf(HeadOf(read, head));
            if (head >= 0 && read.Length >= whole)
                return S3Message.Parse(HeadOf(read, head), read.ToArray()[(head + EndOfHead.Length)..whole]);
            var count = await stream.ReadAsync(buffer, _end.Token);
            if (count == 0) return null;
            read.Write(buffer, 0, count);
        }
    }

    private static string HeadOf(MemoryStream read, int length) => Encoding.UTF8.GetString(read.GetBuffer(), 0, length);

    private static int LengthOf(string head)
    {
        const string Name = "\r\nContent-Length:";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(head[(at + Name.Length)..].Split('\r')[0], provider: null);
    }
}
