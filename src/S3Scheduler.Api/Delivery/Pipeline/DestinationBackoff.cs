namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// How long to leave a destination alone after transient faults: 1 second, doubled with each further fault, up to 16
/// seconds. A random part of up to a half is taken off, so replicas don't retry together. When several destinations of
/// a bucket have failed and none has succeeded in between, the bucket itself is ill: the same pause holds for all of
/// it, and one copy at a time tries it.
/// </summary>
public sealed class DestinationBackoff(TimeProvider time, Random random)
{
    /// <summary>So many destinations of a bucket must fail in a row for the bucket to be ill.</summary>
    private const int IllAfter = 3;

    /// <summary>Beyond this number, those whose pause has ended are forgotten.</summary>
    private const int MaxDestinations = 10_000;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(16);

    private readonly Lock _lock = new();
    private readonly Dictionary<Destination, PauseLength> _destinations = [];
    private readonly Dictionary<string, BucketFaults> _buckets = [];

    /// <summary>How long until that destination may be tried; zero: now.</summary>
    public TimeSpan Pause(Destination destination)
    {
        lock (_lock)
        {
            var own = _destinations.TryGetValue(destination, out var pause) ? Remaining(pause) : TimeSpan.Zero;
            var shared = _buckets.TryGetValue(destination.Bucket, out var bucket)
                ? Remaining(bucket.Pause) : TimeSpan.Zero;
            return own > shared ? own : shared;
        }
    }

    /// <summary>Whether one copy at a time should try that bucket.</summary>
    public bool IsIll(string bucket)
    {
        lock (_lock) return _buckets.TryGetValue(bucket, out var faults) && faults.IsIll;
    }

    public void Succeeded(Destination destination)
    {
        lock (_lock)
        {
            _destinations.Remove(destination);
            _buckets.Remove(destination.Bucket);
        }
    }

    /// <summary>Leaves a destination alone for a reason that says nothing about its bucket.</summary>
    public void Postpone(Destination destination)
    {
        lock (_lock)
        {
            _destinations[destination] = Next(_destinations.GetValueOrDefault(destination));
            if (_destinations.Count > MaxDestinations) ForgetEnded();
        }
    }

    public void Failed(Destination destination)
    {
        Postpone(destination);
        lock (_lock)
        {
            if (!_buckets.TryGetValue(destination.Bucket, out var bucket))
                _buckets[destination.Bucket] = bucket = new BucketFaults();
            if (!bucket.IsIll) bucket.Failed.Add(destination);
            // Copies that were under way when the pause began do not make it longer.
            if (bucket.IsIll && Remaining(bucket.Pause) <= TimeSpan.Zero) bucket.Pause = Next(bucket.Pause);
        }
    }

    private void ForgetEnded()
    {
        foreach (var (destination, pause) in _destinations.ToList())
            if (Remaining(pause) <= TimeSpan.Zero) _destinations.Remove(destination);
    }

    private PauseLength Next(PauseLength before)
    {
        var length = First * Math.Pow(2, Math.Min(before.Failures, 10));
        if (length > Longest) length = Longest;
        return new PauseLength(before.Failures + 1, time.GetTimestamp(), length * (1 - random.NextDouble() / 2));
    }

    private TimeSpan Remaining(PauseLength pause) =>
        pause.Failures == 0 ? TimeSpan.Zero : pause.Length - time.GetElapsedTime(pause.Start);

    private readonly record struct PauseLength(int Failures, long Start, TimeSpan Length);

    private sealed class BucketFaults
    {
        public HashSet<Destination> Failed { get; } = [];

        public bool IsIll => Failed.Count >= IllAfter;

        public PauseLength Pause { get; set; }
    }
}
