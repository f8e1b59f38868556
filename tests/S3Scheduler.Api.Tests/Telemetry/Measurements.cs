using OpenTelemetry;
using OpenTelemetry.Metrics;
using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>What OpenTelemetry's SDK makes of the metrics of one process, from now on.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly List<MetricSnapshot> _exported = [];
    private readonly MeterProvider _provider;

    public Measurements(Core core) => _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(SchedulerMetrics.MeterName + core.Meters.Suffix)
        .AddInMemoryExporter(_exported)
        .Build();

    /// <summary>Every instrument that has values, by its name.</summary>
    public IReadOnlyDictionary<string, MetricSnapshot> Read()
    {
        _exported.Clear();
        _provider.ForceFlush().ShouldBeTrue();
        return _exported.ToDictionary(metric => metric.Name);
    }

    /// <summary>The values of a counter or a gauge, by their attributes, <c>bucket=a outcome=failed</c>.</summary>
    public IReadOnlyDictionary<string, double> Values(string name) => !Read().TryGetValue(name, out var metric)
        ? new Dictionary<string, double>()
        : metric.MetricPoints.ToDictionary(Attributes, point => metric.MetricType switch
        {
            MetricType.LongSum => point.GetSumLong(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            _ => point.GetGaugeLastValueDouble(),
        });

    /// <summary>The only value of a counter or a gauge; null: it has none.</summary>
    public double? Value(string name) => Values(name) is { Count: > 0 } values ? values.Single().Value : null;

    /// <summary>How many measurements a histogram has, by their attributes.</summary>
    public IReadOnlyDictionary<string, long> Counts(string name) =>
        Read()[name].MetricPoints.ToDictionary(Attributes, point => point.GetHistogramCount());

    /// <summary>The buckets of a histogram that has no attributes: the upper bounds with how many are below.</summary>
    public IReadOnlyList<(double Bound, long Count)> Buckets(string name)
    {
        var buckets = new List<(double, long)>();
        foreach (var bucket in Read()[name].MetricPoints.Single().GetHistogramBuckets())
            buckets.Add((bucket.ExplicitBound, bucket.BucketCount));
        return buckets;
    }

    public void Dispose() => _provider.Dispose();

    private static string Attributes(MetricPoint point)
    {
        var attributes = new List<string>();
        foreach (var (key, value) in point.Tags) attributes.Add($"{key}={value}");
        return string.Join(' ', attributes.Order(StringComparer.Ordinal));
    }
}
