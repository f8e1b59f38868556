using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>A stand-in for a collector that speaks OTLP over HTTP.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string? Type, byte[] Body)> _received = [];
    private readonly WebApplication _server;

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            _received.Enqueue((context.Request.Path, context.Request.ContentType, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf"; // an empty message: all was taken
        });
    }

    public string Url => _server.Urls.Single();

    public IReadOnlyList<(string Path, string? Type, byte[] Body)> Received => [.. _received];

    public IReadOnlyList<ReceivedSpan> Spans =>
        [.. Received.Where(r => r.Path == "/v1/traces").SelectMany(r => ReceivedSpan.ReadAll(r.Body))];

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._server.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
