using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Lambda;

/// <summary>
/// A stand-in for Lambda's runtime API: a function's process asks it for events and sends it the answers, of which it
/// refuses those that Lambda refuses.
/// </summary>
internal sealed class RuntimeApi : IAsyncDisposable
{
    private const int LargestAnswer = 6 * 1024 * 1024;
    private const string Invocations = "/2018-06-01/runtime/invocation";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Channel<(string Id, JsonObject Event)> _events =
        Channel.CreateUnbounded<(string Id, JsonObject Event)>();

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Invocation>> _answers = [];
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _server;
    private int _calls;

    private RuntimeApi()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapGet($"{Invocations}/next", NextAsync);
        _server.MapPost($"{Invocations}/{{id}}/response", TakeAsync);
        _server.MapPost($"{Invocations}/{{id}}/error", TakeErrorAsync);
    }

    /// <summary>The value of AWS_LAMBDA_RUNTIME_API.</summary>
    public string Address => new Uri(_server.Urls.Single()).Authority;

    /// <summary>Completes when the process has started and asks for its first event.</summary>
    public Task Asked => _asked.Task;

    public static async Task<RuntimeApi> StartAsync()
    {
        var api = new RuntimeApi();
        await api._server.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }

    /// <summary>Calls the function with this event.</summary>
    public async Task<Invocation> InvokeAsync(JsonObject @event)
    {
        var id = $"{Interlocked.Increment(ref _calls)}";
        var answer = _answers[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _events.Writer.TryWrite((id, @event));
        return await answer.Task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task NextAsync(HttpContext context)
    {
        _asked.TrySetResult();
        var (id, next) = await _events.Reader.ReadAsync(context.RequestAborted);
        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = id;
        headers["Lambda-Runtime-Deadline-Ms"] = $"{(TimeProvider.System.GetUtcNow() + Limit).ToUnixTimeMilliseconds()}";
        headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:eu-central-1:123456789012:function:scheduler";
        await context.Response.WriteAsJsonAsync(next, context.RequestAborted);
    }

    private async Task TakeAsync(HttpContext context, string id)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length > LargestAnswer)
        {
            context.Response.StatusCode = 413;
            _answers[id].TrySetResult(Invocation.OfTooLarge(body.Length));
            return;
        }

        context.Response.StatusCode = 202;
        _answers[id].TrySetResult(Invocation.OfResponse(body.ToArray()));
    }

    private async Task TakeErrorAsync(HttpContext context, string id)
    {
        var error = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        context.Response.StatusCode = 202;
        await context.Response.WriteAsJsonAsync(new { status = "OK" }, context.RequestAborted);
        _answers[id].TrySetResult(new Invocation(null, (string?)error!["errorMessage"]));
    }
}
