namespace S3Scheduler.Api.Tests.Replicas;

internal enum NetworkFault
{
    None,
    Dropped, // the connection breaks before the server receives the request
    Delayed, // the request reaches the server late
    Unanswered, // the connection breaks after the server has carried out the request
    Cut, // the connection breaks in the middle of the response
}

/// <summary>Chooses at random which requests a network harms.</summary>
internal sealed class NetworkFaults(int seed)
{
    // The share of all requests to which it happens.
    private const double Dropped = 0.01;
    private const double Delayed = 0.03;
    private const double Unanswered = 0.01;
    private const double Cut = 0.01;

    // Less than the last third of a lease, in which its holder starts no more copies.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);

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
