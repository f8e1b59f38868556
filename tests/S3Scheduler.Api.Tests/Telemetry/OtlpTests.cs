using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>A process sends its metrics to a stand-in for a collector that speaks OTLP over HTTP.</summary>
public sealed class OtlpTests : EndToEndTest
{
    private readonly ConcurrentQueue<(string Path, string? Type, string Body)> _received = [];
    private readonly WebApplication _collector;

    public OtlpTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            // In protobuf, text stands as it is.
            _received.Enqueue(
                (context.Request.Path, context.Request.ContentType, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/x-protobuf"; // an empty message: all was taken
        });
    }

    public override async ValueTask InitializeAsync() => await _collector.StartAsync(Cancellation);

    public override async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "/v1/metrics")]
    public async Task Metrics_arrive_once_the_endpoint_is_set_and_the_last_ones_when_the_service_stops(
        string variable, string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, ServiceProcess.LongInterval, (variable, _collector.Urls.Single() + path),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
            ("OTEL_SERVICE_NAME", "named-by-the-variable"));
        using var content = ScheduleForms.Content("content", "text/plain");
        await service.Client.PostAsync(
            TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1), "reports", "a", content);
        _received.ShouldBeEmpty();

        (await service.StopAsync()).ShouldBe(0, service.Output);

        _received.ShouldNotBeEmpty();
        _received.ShouldAllBe(r => r.Path == "/v1/metrics" && r.Type == "application/x-protobuf");
        var all = string.Concat(_received.Select(r => r.Body));
        foreach (var name in (string[])[
            "named-by-the-variable", "S3Scheduler", "s3scheduler.schedules.created",
            "s3scheduler.backlog.oldest_due_age", "s3scheduler.backlog.pending_due",
            "s3scheduler.store.request.duration", "http.server.request.duration", "dotnet.gc.collections"])
            all.ShouldContain(name);
    }
}
