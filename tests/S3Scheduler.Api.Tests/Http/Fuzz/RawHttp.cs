using System.Net.Sockets;
using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http.Fuzz;

/// <summary>Sends bytes unchanged on a new connection, and reads the answer.</summary>
internal static class RawHttp
{
    /// <param name="leaves">Whether to end the connection after sending, like a client that goes away.</param>
    /// <param name="pause">What happens between the first half of the bytes and the second.</param>
    public static async Task<RawAnswer> SendAsync(
        Uri address, byte[] request, bool leaves, CancellationToken cancellation, Action? pause = null)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, cancellation);
        try
        {
            var half = pause is null ? 0 : request.Length / 2;
            await socket.SendAsync(request.AsMemory(0, half), cancellation);
            pause?.Invoke();
            await socket.SendAsync(request.AsMemory(half), cancellation);
            if (leaves) socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server has answered before it read everything.
        }

        var answer = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellation) is > 0 and var length)
                answer.Write(buffer, 0, length);
        }
        catch (SocketException)
        {
            // The server resets the connection because it has not read everything.
        }

        return RawAnswer.Parse(answer.ToArray());
    }
}

/// <param name="Status">0 if there was no answer.</param>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    /// <param name="isHead">Whether the request was a HEAD, whose answer has no body.</param>
    public bool IsProblem(bool isHead)
    {
        if (!Head.Contains("Content-Type: application/problem+json", StringComparison.OrdinalIgnoreCase)) return false;
        if (isHead) return Body.Length == 0;
        var problem = JsonDocument.Parse(Body).RootElement;
        return problem.GetProperty("status").GetInt32() == Status
            && problem.GetProperty("detail").GetString() is { Length: > 0 };
    }

    public static RawAnswer Parse(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0) return new RawAnswer(0, "", Encoding.Latin1.GetString(answer));
        if (answer.AsSpan().StartsWith("HTTP/1.1 100 "u8)) return Parse(answer[(end + 4)..]);
        var (head, body) = (Encoding.Latin1.GetString(answer, 0, end), answer[(end + 4)..]);
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) body = Join(body);
        return new RawAnswer(int.Parse(head.Split(' ')[1], provider: null), head, Encoding.UTF8.GetString(body));
    }

    private static byte[] Join(ReadOnlySpan<byte> chunks)
    {
        var body = new MemoryStream();
        while (chunks.IndexOf("\r\n"u8) is > 0 and var line)
        {
            var length = Convert.ToInt32(Encoding.ASCII.GetString(chunks[..line]), 16);
            body.Write(chunks.Slice(line + 2, length));
            chunks = chunks[(line + 2 + length + 2)..];
        }
        return body.ToArray();
    }
}
