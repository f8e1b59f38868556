namespace S3Scheduler.Api.Tests.Replicas;

internal enum NetworkFault
{
    None,

    /// <summary>The connection breaks before the server sees the request.</summary>
    Dropped,

    /// <summary>The request reaches the server late.</summary>
    Delayed,

    /// <summary>The connection breaks when the server has carried out the request.</summary>
    Unanswered,

    /// <summary>The connection breaks in the middle of the answer.</summary>
    Cut,
}

/// <summary>Which requests a network harms, by chance from a seed: each is a share of all requests.</summary>
internal sealed class NetworkFaults(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);

    public double Dropped { get; init; }

    public double Delayed { get; init; }

    public double Unanswered { get; init; }

    public double Cut { get; init; }

    /// <summary>Shorter than the third of a lease that is left when its holder starts no more copies.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(1);

    public (NetworkFault Fault, TimeSpan Delay) Next()
    {
        lock (_lock)
        {
            var chance = _random.NextDouble();
            if ((chance -= Dropped) < 0) return (NetworkFault.Dropped, TimeSpan.Zero);
            if ((chance -= Unanswered) < 0) return (NetworkFault.Unanswered, TimeSpan.Zero);
            if ((chance -= Cut) < 0) return (NetworkFault.Cut, TimeSpan.Zero);
            return (chance - Delayed) < 0
                ? (NetworkFault.Delayed, MaxDelay * _random.NextDouble())
                : (NetworkFault.None, TimeSpan.Zero);
        }
    }
}
