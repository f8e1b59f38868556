namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>A process sends its metrics and traces to a collector.</summary>
public sealed class OtlpTests(S3Server server) : EndToEndTest
{
    private static readonly string Trace = new('a', 32);

    private Collector _collector = null!;

    public override async ValueTask InitializeAsync() => _collector = await Collector.StartAsync();

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
        await using var service = await StartAsync(variable, path, ("OTEL_TRACES_SAMPLER", "always_off"));
        await PostAsync(service, TimeSpan.FromHours(1));
        _collector.Received.ShouldBeEmpty();

        (await service.StopAsync()).ShouldBe(0, service.Output);

        _collector.Received.ShouldNotBeEmpty();
        _collector.Received.ShouldAllBe(r => r.Path == "/v1/metrics" && r.Type == "application/x-protobuf");
        // In protobuf, text stands as it is.
        var all = string.Concat(_collector.Received.Select(r => Encoding.Latin1.GetString(r.Body)));
        foreach (var name in (string[])[
            "named-by-the-variable", "S3Scheduler", "s3scheduler.schedules.created",
            "s3scheduler.backlog.oldest_due_age", "s3scheduler.backlog.pending_due",
            "s3scheduler.store.request.duration", "http.server.request.duration", "dotnet.gc.collections"])
            all.ShouldContain(name);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces")]
    public async Task A_request_its_put_the_sweep_its_looks_the_copy_and_the_delete_are_spans(
        string variable, string path)
    {
        await using var service = await StartAsync(variable, path);
        using var health = await service.Client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation);
        await PostAsync(service, TimeSpan.Zero);
        await Eventually.HoldsAsync("delivery", () => File.Exists(Folder["data/reports/a"]));
        (await service.StopAsync()).ShouldBe(0, service.Output);

        var spans = _collector.Spans;
        var request = spans.Single(s => s.TraceId == Trace && s.ParentId == new string('b', 16));
        request.Name.ShouldBe("POST /schedules/", string.Join(' ', request.Attributes));
        Children(request).ShouldContain("store put");

        var delivery = spans.Single(s => s.Name == "deliver");
        delivery.ParentId.ShouldBeEmpty();
        delivery.Links.ShouldContain((request.TraceId, request.SpanId));
        Children(delivery).ShouldBe(["store copy", "store head"], ignoreOrder: true);

        var sweep = spans.Single(s => s.Name == "sweep" && delivery.Links.Contains((s.TraceId, s.SpanId)));
        Children(sweep).ShouldContain("store list");
        Children(sweep).ShouldContain("store delete");
        // A health check tells nothing, and every span belongs to something.
        spans.ShouldNotContain(s => s.Attributes.GetValueOrDefault("url.path", "").StartsWith("/health"));
        spans.Where(s => s.Name.StartsWith("store ", StringComparison.Ordinal) && s.ParentId.Length == 0)
            .ShouldBeEmpty();

        List<string> Children(ReceivedSpan of) =>
            [.. spans.Where(s => s.TraceId == of.TraceId && s.ParentId == of.SpanId).Select(s => s.Name)];
    }

    [Fact]
    public async Task The_sampler_of_the_standard_variables_counts_and_a_client_that_does_not_sample()
    {
        await using var service = await StartAsync(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces", ("OTEL_TRACES_SAMPLER", "parentbased_always_off"));
        await PostAsync(service, TimeSpan.Zero);
        await Eventually.HoldsAsync("delivery", () => File.Exists(Folder["data/reports/a"]));
        (await service.StopAsync()).ShouldBe(0, service.Output);

        _collector.Spans.ShouldNotBeEmpty();
        _collector.Spans.ShouldAllBe(s => s.TraceId == Trace); // of the client that has sampled
    }

    [Fact]
    public async Task On_S3_the_delivery_is_linked_too_and_no_span_has_anything_secret()
    {
        const string ApiKey = "api-key-0123456789";
        var (bucket, destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        await using var service = await StartAsync(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces", ServiceOnS3.Configuration(server, bucket));
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);
        var upload = $$"""{"delay":"PT1H","bucket":"{{destination}}","key":"b"}""";
        using var body = ScheduleForms.Content(upload, "application/json");
        using var prepared = await service.Client.PostAsync(
            new Uri("/schedules/uploads", UriKind.Relative), body, Cancellation);
        await PostAsync(service, TimeSpan.Zero, destination);
        await service.Client.NothingPendingAsync();
        (await service.StopAsync()).ShouldBe(0, service.Output);

        var request = _collector.Spans.Single(s => s.TraceId == Trace && s.Name == "POST /schedules/");
        _collector.Spans.Where(s => s.Name == "deliver").SelectMany(s => s.Links)
            .ShouldContain((Trace, request.SpanId));
        var all = string.Concat(_collector.Received.Select(r => Encoding.Latin1.GetString(r.Body)));
        var secret = Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY")!;
        foreach (var text in (string[])[secret, ApiKey, "X-Amz-Signature", "X-Amz-Credential", "AWS4-HMAC"])
            all.ShouldNotContain(text, Case.Insensitive);
    }

    private Task<ServiceProcess> StartAsync(string variable, string path, params (string, string)[] more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        return ServiceProcess.StartAsync(
            Folder.Path, [ServiceProcess.LongInterval, (variable, _collector.Url + path),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
            ("OTEL_SERVICE_NAME", "named-by-the-variable"), .. more]);
    }

    /// <summary>Posts as a client whose trace is sampled.</summary>
    private static async Task PostAsync(ServiceProcess service, TimeSpan delay, string bucket = "reports")
    {
        service.Client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-{new string('b', 16)}-01");
        using var content = ScheduleForms.Content("content", "text/plain");
        await service.Client.PostAsync(TimeProvider.System.GetUtcNow() + delay, bucket, "a", content);
    }
}
