using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using S3Scheduler.Api.Http.Metrics;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Tests.Http;
using S3Scheduler.Api.Tests.Http.Security;

namespace S3Scheduler.Api.Tests.Telemetry;

public sealed class MetricsEndpointTests : EndToEndTest
{
    private static readonly (string, string) On = ("Metrics:Prometheus", "true");

    [Fact]
    public async Task It_is_off_by_default_and_then_nothing_is_collected()
    {
        using var service = new LocalService();

        (await service.Client.GetAsync("/metrics")).ShouldBeProblem(404);
        service.Service.Services.GetService<MeterProvider>().ShouldBeNull();
    }

    [Fact]
    public async Task Once_callers_must_say_who_they_are_it_needs_the_scope()
    {
        using var service = new ClosedService(On);

        (await service.SendAsync("GET", "/metrics", null)).ShouldBeProblem(401);
        (await service.SendAsync("GET", "/metrics", ClosedService.Without(Scopes.Metrics)))
            .ShouldBeProblem(403, Scopes.Metrics);
        (await service.SendAsync("GET", "/metrics", ClosedService.Full)).Status.ShouldBe(200);
        (await service.SendAsync("POST", "/metrics", ClosedService.Full)).ShouldBeProblem(405);
    }

    [Fact]
    public async Task An_open_service_shows_it_to_its_own_machine_only()
    {
        using var service = new LocalService(On, ("Scheduler:TrustedProxies:0", "127.0.0.1"));
        async Task<Answer> GetAsync(string client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.Add("X-Forwarded-For", client);
            return await service.Client.SendAsync(request);
        }

        (await service.Client.GetAsync("/metrics")).Status.ShouldBe(200);
        (await GetAsync("203.0.113.7")).ShouldBeProblem(403, Scopes.Metrics);
    }

    [Fact]
    public async Task The_names_of_hosts_make_no_series_because_those_of_S3_have_the_buckets_in_them()
    {
        const string Client = "System.Net.Http";
        List<MetricSnapshot> exported = [];
        using var meters = Sdk.CreateMeterProviderBuilder().AddMeters().AddInMemoryExporter(exported).Build();
        using var service = new LocalService();
        (await service.Client.GetAsync("/health/live")).Status.ShouldBe(200);

        meters.ForceFlush();

        var client = exported.Where(metric => metric.MeterName == Client).ToList();
        client.Select(metric => metric.Name).ShouldContain("http.client.request.duration");
        foreach (var point in client.SelectMany(metric => metric.MetricPoints))
            foreach (var (name, _) in point.Tags)
                name.ShouldBeOneOf(
                    "http.request.method", "http.response.status_code", "error.type", "http.connection.state");
    }

    [Fact]
    public async Task The_document_does_not_list_it()
    {
        using var service = new LocalService(On);

        (await service.Client.GetAsync("/openapi.yaml")).Text.ShouldNotContain("/metrics");
    }

    [Theory]
    [InlineData("Metrics:Promotheus", "true", "Metrics:Promotheus")]
    [InlineData("Metrics:Prometheus", "maybe", "Metrics:Prometheus")]
    [InlineData("Metrics:Prometheus:Path", "/m", "Metrics:Prometheus:Path")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    public async Task A_wrong_setting_stops_the_start(string key, string value, string named)
    {
        var (code, output) = await ServiceProcess.RunAsync(
            Folder.Path, (key.Replace(":", "__", StringComparison.Ordinal), value));

        code.ShouldBe(1, output);
        output.ShouldContain(named);
        output.ShouldNotContain("   at "); // no stack trace
    }

    [Fact]
    public async Task The_scrape_has_the_right_values_of_a_process_and_every_line_parses()
    {
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, ServiceProcess.LongInterval, ("Metrics__Prometheus", "true"),
            // .NET's own settings of the same section are none of the service's.
            ("Metrics__EnabledMetrics__System.Runtime", "true"));
        using var content = ScheduleForms.Content("content", "text/plain");
        await service.Client.PostAsync(TimeProvider.System.GetUtcNow(), "reports", "a", content);
        using var other = ScheduleForms.Content("content", "text/plain");
        var later = await service.Client.PostAsync(
            TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1), "reports", "b", other);
        using var cancelled = await service.Client.DeleteAsync(
            $"/schedules/{Uri.EscapeDataString((string)later["key"]!)}", Cancellation);
        cancelled.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync("delivery", async () =>
            (await ScrapeAsync(service)).Samples.ContainsKey(Delivered));

        var scrape = await ScrapeAsync(service);

        scrape.Samples[Delivered].ShouldBe(1);
        scrape.Samples["s3scheduler_schedules_created_total{}"].ShouldBe(2);
        scrape.Samples["s3scheduler_schedules_cancelled_total{}"].ShouldBe(1);
        scrape.Samples["s3scheduler_delivery_lateness_seconds_count{}"].ShouldBe(1);
        scrape.Samples["s3scheduler_delivery_lateness_seconds_bucket{le=\"0.05\"}"].ShouldBeInRange(0, 1);
        scrape.Samples["s3scheduler_delivery_lateness_seconds_bucket{le=\"3600\"}"].ShouldBe(1);
        scrape.Samples["s3scheduler_backlog_oldest_due_age_seconds{}"].ShouldBeGreaterThanOrEqualTo(0);
        scrape.Samples.Keys.ShouldContain("s3scheduler_backlog_pending_due{}");
        scrape.Samples["s3scheduler_store_request_duration_seconds_count{operation=\"copy\",outcome=\"ok\"}"]
            .ShouldBeGreaterThanOrEqualTo(1);
        scrape.Types["s3scheduler_deliveries_total"].ShouldBe("counter");
        scrape.Types["s3scheduler_delivery_lateness_seconds"].ShouldBe("histogram");
        scrape.Types["http_server_request_duration_seconds"].ShouldBe("histogram");
        scrape.Types.Keys.ShouldContain(name => name.StartsWith("dotnet_gc_", StringComparison.Ordinal));
    }

    private const string Delivered = "s3scheduler_deliveries_total{bucket=\"reports\",outcome=\"delivered\"}";

    private static async Task<Exposition> ScrapeAsync(ServiceProcess service) =>
        new(await service.Client.GetStringAsync("/metrics", Cancellation));
}
