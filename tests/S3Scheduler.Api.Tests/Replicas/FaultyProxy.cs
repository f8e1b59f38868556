using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>
/// An HTTP proxy in front of the S3 server, as a network that can fail. It forwards requests unchanged, with their Host
/// header, because they are signed. A request that it has begun to forward is carried out even if the client is killed.
/// </summary>
internal sealed class FaultyProxy(string serverUrl, S3Log log) : IAsyncDisposable
{
    private static readonly HashSet<string> HopByHop =
        new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Expect" };

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

    public NetworkFaults? Faults { get; set; }
    public bool IsBroken { get; set; } // every request is dropped
    public string? SlowBucket { get; set; } // the response to each of its requests is 503 SlowDown
    public Action<S3Request>? OnRequest { get; set; } // called before a request is forwarded

    /// <summary>Starts to listen: the first time at a free port, later at the same one.</summary>
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

    /// <summary>Stops listening: connections are refused.</summary>
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
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var headers = context.Request.Headers;
        var request = S3Request.Of(context.Request.Method, target, headers["x-amz-copy-source"]);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        OnRequest?.Invoke(request);

        void Log(int? status, NetworkFault fault) =>
            log.Add(new S3Exchange(request, status, fault, headers[$"x-amz-meta-{ScheduleId.MetadataName}"]));
        var (fault, delay) = IsBroken ? (NetworkFault.Dropped, TimeSpan.Zero) : Faults?.Next() ?? default;
        if (fault == NetworkFault.Dropped)
        {
            Log(null, fault);
            context.Abort();
            return;
        }

        if (delay > TimeSpan.Zero) await Task.Delay(delay, TimeProvider.System, CancellationToken.None);
        using var answer = request.Bucket == SlowBucket
            ? await SlowDownAsync()
            : await SendAsync(context.Request, target, body.ToArray());
        Log((int)answer.StatusCode, fault);
        await AnswerAsync(context, answer, fault);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequest request, string target, byte[] body)
    {
        var literal = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Method), new Uri(serverUrl.TrimEnd('/') + target, literal));
        if (request.ContentLength is not null) message.Content = new ByteArrayContent(body);
        foreach (var (name, values) in request.Headers.Where(h => !HopByHop.Contains(h.Key)))
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        return await _server.SendAsync(message, CancellationToken.None);
    }

    // With the server's own Date, because the service reads the time from it.
    private async Task<HttpResponseMessage> SlowDownAsync()
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, serverUrl);
        using var now = await _server.SendAsync(ask, CancellationToken.None);
        return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
        {
            Headers = { Date = now.Headers.Date },
            Content = new StringContent("<Error><Code>SlowDown</Code><Message>Slow down.</Message></Error>"),
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
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (!HopByHop.Contains(name)) response.Headers[name] = values.ToArray();
        if (body.Length > 0) response.ContentLength = body.Length;
        var sent = fault == NetworkFault.Cut ? body.AsMemory(0, body.Length / 2) : body;
        await response.Body.WriteAsync(sent, context.RequestAborted);
        if (fault != NetworkFault.Cut) return;
        await response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }
}
