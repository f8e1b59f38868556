namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Chooses at random which requests a network and its store harm.</summary>
internal sealed class NetworkFaults(int seed)
{
    // The share of all requests to which it happens.
    private const double Dropped = 0.01;
    private const double Delayed = 0.03;
    private const double Unanswered = 0.01;
    private const double Cut = 0.01;
    private const double Stalled = 0.005;
    private const double Misdated = 0.003;
    private const double Refused = 0.1; // of all deletes

    // Less than the last third of a lease, in which its holder starts no more copies.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    // The server has carried out the request, so it can last as long as a lease.
    private static readonly TimeSpan MaxStall = TimeSpan.FromSeconds(6);

    // Nobody can tell an answer that is wrong by a second or two from one that was long under way.
    private static readonly TimeSpan[] Lies =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(10), TimeSpan.FromDays(365)];

    private static readonly (int, string)[] Refusals = [(403, "AccessDenied"), (500, "InternalError")];

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);

    /// <summary>Switched off while a process starts: it rightly ends if it may not delete.</summary>
    public bool RefusesDeletes { get; set; } = true;

    public Fault? Next(S3Request request)
    {
        lock (_lock)
        {
            var chance = _random.NextDouble();
            if ((chance -= Dropped) < 0) return Fault.Dropped;
            if ((chance -= Unanswered) < 0) return Fault.Unanswered;
            if ((chance -= Cut) < 0) return Fault.Cut;
            if ((chance -= Delayed) < 0) return Fault.Delayed(MaxDelay * _random.NextDouble());
            if ((chance -= Stalled) < 0) return Fault.Stalled(MaxStall * _random.NextDouble());
            if ((chance -= Misdated) < 0) return Lie(Lies[_random.Next(Lies.Length)]);
            if (request.Operation != S3Operation.Delete || chance >= Refused || !RefusesDeletes) return null;
            var (status, code) = Refusals[_random.Next(Refusals.Length)];
            return Fault.Refused(status, code);
        }
    }

    private static Fault Lie(TimeSpan by) => Fault.Misdated(right => right + by);
}
