using System.Diagnostics.Metrics;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>
/// Meters of one process under a name of their own. Listeners choose meters by name, and so a test does not measure
/// what runs beside it.
/// </summary>
public sealed class OwnMeters : IMeterFactory
{
    private static int _last;

    private readonly List<Meter> _meters = [];

    public string Suffix { get; } = $"-{Interlocked.Increment(ref _last)}";

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options.Name + Suffix);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        foreach (var meter in _meters) meter.Dispose();
    }
}
