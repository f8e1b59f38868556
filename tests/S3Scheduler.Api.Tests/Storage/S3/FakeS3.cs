using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>A server that gives exactly the answers that a test wants, such as rare ones.</summary>
internal sealed class FakeS3 : IAsyncDisposable
{
    /// <summary>In place of an answer or of its end: nothing, on a connection that stays open.</summary>
    public const string Silence = "\0";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly Func<string, string?> _answer;
    private readonly Task _accepting;
    private readonly LoggerFactory _loggers;

    /// <param name="answer">Returns the answer to a request (head and body). Null closes the connection.</param>
    /// <param name="settings">More settings of the section AWS.</param>
    public FakeS3(
        Func<string, string?> answer, MultipartLimits? limits = null, params IEnumerable<(string, string?)> settings)
    {
        // The SDK finds them; they are the same for all tests.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "testtest");
        _answer = answer;
        _listener.Start();
        Url = $"http://{_listener.LocalEndpoint}";
        Configuration = AwsSection.At(Url, [("MaxErrorRetry", "1"), ("Timeout", "100000"), .. settings]);
        _loggers = new LoggerFactory([Log]);
        Store = new S3ObjectStore(Configuration, new HastyTime(), _loggers.CreateLogger<S3ObjectStore>(), limits);
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    public IConfiguration Configuration { get; }

    public S3ObjectStore Store { get; }

    /// <summary>What the store logs.</summary>
    public LogLines Log { get; } = new();

    public IReadOnlyCollection<string> Requests => _requests;

    public static string Answer(string status, string body = "", string headers = "Date: Sat, 21 Nov 2026 19:05:00 GMT")
        => $"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\n"
            + $"{(headers.Length == 0 ? "" : $"{headers}\r\n")}\r\n{body}";

    /// <summary>The answer to a PUT. Every S3 server names the ETag.</summary>
    public static string Stored(string headers = "Date: Sat, 21 Nov 2026 19:05:00 GMT") =>
        Answer("200 OK", headers: $"ETag: \"00\"\r\n{headers}");

    /// <summary>The answer to a LIST.</summary>
    public static string Page(params IEnumerable<string> keys) => Answer("200 OK",
        $"<ListBucketResult><EncodingType>url</EncodingType>{string.Concat(keys.Select(Listed))}</ListBucketResult>");

    public static string Error(string status, string code)
        => Answer(status, $"<Error><Code>{code}</Code><Message>Told to.</Message></Error>");

    private static string Listed(string key) => $"<Contents><Key>{Uri.EscapeDataString(key)}</Key><Size>1</Size>"
        + "<ETag>\"00\"</ETag><LastModified>2026-11-21T19:04:00.000Z</LastModified></Contents>";

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _loggers.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            while (await ReadRequestAsync(stream) is { } request)
            {
                _requests.Enqueue(request);
                if (_answer(request) is not { } answer) return;
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer.TrimEnd(Silence[0])), _end.Token);
                if (answer.EndsWith(Silence, StringComparison.Ordinal))
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
                if (answer.Contains("\r\nConnection: close", StringComparison.Ordinal)) return;
            }
        }
    }

    private async Task<string?> ReadRequestAsync(NetworkStream stream)
    {
        var read = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(read.ToString()))
        {
            var count = await stream.ReadAsync(buffer, _end.Token);
            if (count == 0) return null;
            read.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return read.ToString();
    }

    private static bool IsWhole(string read)
    {
        var head = read.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0) return false;
        var length = read[..head].Split("\r\n")
            .FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.Ordinal));
        return read.Length == head + 4 + (length is null ? 0 : int.Parse(length.Split(':')[1], null));
    }

    /// <summary>Its timers are fifty times as fast.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 50 : dueTime, period);
    }
}
