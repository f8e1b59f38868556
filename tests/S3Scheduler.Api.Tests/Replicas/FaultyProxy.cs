using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>
/// An HTTP proxy in front of the S3 server, as a network that can fail. It forwards requests unchanged, with their Host
/// header, because they are signed. A request that it has begun to forward is carried out even if the client is killed.
/// </summary>
internal sealed class FaultyProxy(string serverUrl, S3Log log) : IAsyncDisposable
{
    private const int BeforeStall = 10; // bytes

    private static readonly HashSet<string> HopByHop =
        new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Expect" };

    private readonly HttpMessageInvoker _server = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    });

    private readonly CancellationTokenSource _closed = new();
    private WebApplication? _listener;
    private int _port;

    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>What happens to each request; see <see cref="FaultRules"/>.</summary>
    public Func<S3Request, Fault?>? Rule { get; set; }
    public bool IsBroken { get; set; } // every request is dropped
    public Action<S3Request>? OnRequest { get; set; } // called before a request is forwarded

    /// <summary>Starts to listen: the first time at a free port, later at the same one.</summary>
    public async Task UpAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, _port, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
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
        await _closed.CancelAsync(); // delayed requests are not awaited
        await DownAsync();
        _server.Dispose();
        _closed.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var headers = context.Request.Headers;
        var request = S3Request.Of(context.Request.Method, target, headers["x-amz-copy-source"]) with
        {
            Unsigned = string.Join(',', Unsigned(context.Request)),
            Region = $"{headers.Authorization}".Split('/').ElementAtOrDefault(2) ?? "",
        };
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        OnRequest?.Invoke(request);

        var (arrived, started) = (TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp());
        var fault = IsBroken ? Fault.Dropped : Rule?.Invoke(request);
        var hangs = fault == Fault.Hanging;
        if (fault?.Kind == NetworkFault.Delayed) await PauseAsync(context, fault);
        using var answer = hangs || fault?.Kind == NetworkFault.Dropped ? null
            : fault?.Kind == NetworkFault.Refused ? await RefuseAsync(fault, target)
            : await SendAsync(context.Request, target, body.ToArray());
        var content = answer is null ? [] : await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        log.Add(new S3Exchange(
            request, (int?)answer?.StatusCode, fault?.Kind ?? NetworkFault.None,
            headers[$"x-amz-meta-{ScheduleId.MetadataName}"])
        {
            At = arrived,
            Took = TimeProvider.System.GetElapsedTime(started),
            Bytes = content.Length,
        });
        if (answer is null) context.Abort();
        else await AnswerAsync(context, answer, content, fault);
    }

    // Ceph takes an underscore for a hyphen.
    private static IEnumerable<string> Unsigned(HttpRequest request) =>
        request.Query["X-Amz-SignedHeaders"] is not [{ } signed] ? [] : request.Headers.Keys
            .Select(name => name.ToLowerInvariant()).Except(signed.Split(';'))
            .Where(name => name.Replace('_', '-').StartsWith("x-amz-", StringComparison.Ordinal));

    // A request that is only late is carried out even if the client has hung up.
    private async Task PauseAsync(HttpContext context, Fault fault)
    {
        var hangsUp = fault.Pause == Timeout.InfiniteTimeSpan ? context.RequestAborted : CancellationToken.None;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, hangsUp);
        await Task.Delay(fault.Pause, TimeProvider.System, end.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
    private async Task<HttpResponseMessage> RefuseAsync(Fault fault, string target)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, serverUrl);
        using var now = await _server.SendAsync(ask, CancellationToken.None);
        var (status, code) = fault.Error;
        var region = fault.Region.Body is { } body ? $"<Region>{body}</Region>" : "";
        var answer = new HttpResponseMessage((HttpStatusCode)status)
        {
            Headers = { Date = now.Headers.Date },
            // The SDK reads the code only if the type is this one.
            Content = new StringContent(
                $"<Error><Code>{code}</Code><Message>From the proxy.</Message>{region}</Error>",
                new MediaTypeHeaderValue("application/xml")),
        };
        if (fault.Region.Header is { } header) answer.Headers.Add("x-amz-bucket-region", header);
        if (status == StatusCodes.Status307TemporaryRedirect) answer.Headers.Location = new Uri(Url + target);
        return answer;
    }

    private async Task AnswerAsync(HttpContext context, HttpResponseMessage answer, byte[] body, Fault? fault)
    {
        var response = context.Response;
        var isCut = fault?.Kind == NetworkFault.Cut;
        var isStalled = fault?.Kind == NetworkFault.Stalled;
        if (fault?.Kind == NetworkFault.Unanswered || isCut && body.Length == 0)
        {
            context.Abort();
            return;
        }

        if (fault is not null && answer.Headers.Date is { } date) answer.Headers.Date = fault.Date(date);
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (!HopByHop.Contains(name)) response.Headers[name] = values.ToArray();
        if (body.Length > 0) response.ContentLength = body.Length;
        var sent = isCut ? body.Length / 2 : isStalled ? Math.Min(body.Length, BeforeStall) : body.Length;
        await response.Body.WriteAsync(body.AsMemory(0, sent), context.RequestAborted);
        if (!isCut && !isStalled) return;
        if (sent > 0) await response.Body.FlushAsync(context.RequestAborted);
        if (isCut)
        {
            context.Abort();
            return;
        }

        await PauseAsync(context, fault!);
        await response.Body.WriteAsync(body.AsMemory(sent), context.RequestAborted);
    }

    // The usual lifetime takes SIGTERM and Ctrl+C for itself, and the process that uses the proxy would not end.
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
