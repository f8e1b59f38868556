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

    /// <summary>How long a try takes at most, once a pause is over.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Destination, PauseLength> _destinations = [];
    private readonly Dictionary<string, BucketFaults> _buckets = [];
    private readonly HashSet<Destination> _known = []; // whose faults have been told

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

    /// <returns>What had failed before, as far as it has been told.</returns>
    public BackoffNews Succeeded(Destination destination)
    {
        lock (_lock)
        {
            _destinations.Remove(destination);
            var wasKnown = _known.Remove(destination);
            var wasIll = _buckets.Remove(destination.Bucket, out var bucket) && bucket.IsIll;
            return wasIll ? BackoffNews.Bucket : wasKnown ? BackoffNews.Destination : BackoffNews.None;
        }
    }

    /// <summary>What it was left alone for is over. It says nothing about its bucket.</summary>
    public void Resume(Destination destination) { lock (_lock) _destinations.Remove(destination); }

    /// <summary>The next fault of that destination is news again.</summary>
    public void Forget(Destination destination) { lock (_lock) _known.Remove(destination); }

    /// <summary>Whether a fault of that destination is the first one since it has last succeeded.</summary>
    public bool IsNews(Destination destination) { lock (_lock) return _known.Add(destination); }

    /// <summary>What is left alone for now, the longest first.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<HeldDestination> Held(int most)
    {
        lock (_lock)
        {
            return [.. _destinations.Where(d => Remaining(d.Value) > -Retry).OrderByDescending(d => d.Value.Failures)
                .Take(most).Select(d => new HeldDestination(
                    d.Key, d.Value.Reason, d.Value.Failures, IsIll(d.Key.Bucket), Max(Remaining(d.Value))))];
        }

        static TimeSpan Max(TimeSpan pause) => pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }

    /// <summary>Leaves a destination alone for a reason that says nothing about its bucket.</summary>
    /// <param name="reason">An error code, or another word for an operator.</param>
    public void Postpone(Destination destination, string reason)
    {
        lock (_lock)
        {
            _destinations[destination] = Next(_destinations.GetValueOrDefault(destination), reason);
            if (_destinations.Count > MaxDestinations) ForgetEnded();
        }
    }

    /// <returns>What fails now and did not fail before.</returns>
    /// <inheritdoc cref="Postpone"/>
    public BackoffNews Failed(Destination destination, string reason)
    {
        Postpone(destination, reason);
        lock (_lock)
        {
            if (!_buckets.TryGetValue(destination.Bucket, out var bucket))
                _buckets[destination.Bucket] = bucket = new BucketFaults();
            var wasIll = bucket.IsIll;
            if (!wasIll) bucket.Failed.Add(destination);
            // Copies that were under way when the pause began do not make it longer.
            if (bucket.IsIll && Remaining(bucket.Pause) <= TimeSpan.Zero) bucket.Pause = Next(bucket.Pause, reason);
            if (wasIll) return BackoffNews.None;
            return bucket.IsIll ? BackoffNews.Bucket
                : _known.Add(destination) ? BackoffNews.Destination : BackoffNews.None;
        }
    }

    private void ForgetEnded()
    {
        foreach (var (destination, pause) in _destinations.ToList())
            if (Remaining(pause) <= TimeSpan.Zero) _destinations.Remove(destination);
        _known.IntersectWith(_destinations.Keys);
    }

    private PauseLength Next(PauseLength before, string reason)
    {
        var length = First * Math.Pow(2, Math.Min(before.Failures, 10));
        if (length > Longest) length = Longest;
        length *= 1 - random.NextDouble() / 2;
        return new PauseLength(before.Failures + 1, time.GetTimestamp(), length, reason);
    }

    private TimeSpan Remaining(PauseLength pause) =>
        pause.Failures == 0 ? TimeSpan.Zero : pause.Length - time.GetElapsedTime(pause.Start);

    private readonly record struct PauseLength(int Failures, long Start, TimeSpan Length, string Reason);

    private sealed class BucketFaults
    {
        public HashSet<Destination> Failed { get; } = [];

        public bool IsIll => Failed.Count >= IllAfter;

        public PauseLength Pause { get; set; }
    }
}

/// <summary>A destination that waits because it, or its bucket, has failed.</summary>
/// <param name="Reason">An error code, or another word for an operator.</param>
/// <param name="Tries">How many have failed since the last success.</param>
/// <param name="IsWholeBucket">Whether its bucket is ill.</param>
/// <param name="Pause">Until the next try; zero: it is being tried.</param>
public sealed record HeldDestination(
    Destination Destination, string Reason, int Tries, bool IsWholeBucket, TimeSpan Pause);

/// <summary>What an operator should be told of.</summary>
public enum BackoffNews
{
    None,
    Destination,

    /// <summary>The whole bucket.</summary>
    Bucket,
}
