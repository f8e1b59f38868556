using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>
/// A network before the S3 server that can fail: an HTTP proxy that hands on requests as they are, Host and all, which
/// is what their signatures need. What it has begun to send on is carried out, even when the client is killed meanwhile.
/// </summary>
internal sealed class FaultyProxy(string serverUrl, S3Log log) : IAsyncDisposable
{
    private static readonly string[] HopByHop = ["Connection", "Keep-Alive", "Transfer-Encoding", "Expect"];

    private readonly HttpMessageInvoker _server = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    });

    private WebApplication? _listener;
    private int _port;

    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>What goes wrong by chance; null: nothing.</summary>
    public NetworkFaults? Faults { get; set; }

    /// <summary>Whether every request is dropped.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The bucket that is overloaded.</summary>
    public string? SlowBucket { get; set; }

    /// <summary>Told of every request before anything is done about it.</summary>
    public Action<S3Request>? Passing { get; set; }

    /// <summary>Starts to listen, at a free port the first time and always at the same one from then on.</summary>
    public async Task UpAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, _port, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        _listener = builder.Build();
        _listener.Run(ForwardAsync);
        await _listener.StartAsync();
        _port = new Uri(_listener.Urls.Single()).Port;
    }

    /// <summary>Connections are refused from now on.</summary>
    public async Task DownAsync()
    {
        if (_listener is null) return;
        await _listener.StopAsync(new CancellationToken(canceled: true));
        await _listener.DisposeAsync();
        _listener = null;
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        _server.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var request = S3Request.From(context.Request);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Passing?.Invoke(request);

        var (fault, delay) = IsBroken ? (NetworkFault.Dropped, TimeSpan.Zero) : Faults?.Next() ?? default;
        if (fault == NetworkFault.Dropped)
        {
            log.Add(new S3Exchange(request, null, fault));
            context.Abort();
            return;
        }

        if (delay > TimeSpan.Zero) await Task.Delay(delay, TimeProvider.System, CancellationToken.None);
        var isSlow = request.Bucket == SlowBucket;
        using var answer = isSlow ? await SlowDownAsync() : await SendAsync(context.Request, body.ToArray());
        log.Add(new S3Exchange(request, (int)answer.StatusCode, fault));
        await AnswerAsync(context, answer, fault);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequest request, byte[] body)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var literal = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Method), new Uri(serverUrl.TrimEnd('/') + target, literal));
        if (request.ContentLength is not null) message.Content = new ByteArrayContent(body);
        foreach (var (name, values) in request.Headers.Where(h => !IsHopByHop(h.Key)))
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        return await _server.SendAsync(message, CancellationToken.None);
    }

    // With the server's own Date, which the service takes for its time.
    private async Task<HttpResponseMessage> SlowDownAsync()
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, serverUrl);
        using var now = await _server.SendAsync(ask, CancellationToken.None);
        return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
        {
            Headers = { Date = now.Headers.Date },
            Content = new StringContent("<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"),
        };
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage answer, NetworkFault fault)
    {
        var response = context.Response;
        var body = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (fault == NetworkFault.Unanswered || fault == NetworkFault.Cut && body.Length == 0)
        {
            context.Abort();
            return;
        }

        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => !IsHopByHop(h.Key)))
            response.Headers[name] = values.ToArray();
        if (body.Length > 0) response.ContentLength = body.Length;
        await response.Body.WriteAsync(fault == NetworkFault.Cut ? body.AsMemory(0, body.Length / 2) : body, context.RequestAborted);
        if (fault != NetworkFault.Cut) return;
        await response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    private static bool IsHopByHop(string name) => HopByHop.Contains(name, StringComparer.OrdinalIgnoreCase);
}
