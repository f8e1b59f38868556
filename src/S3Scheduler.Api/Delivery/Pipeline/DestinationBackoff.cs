namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// How long to leave a destination bucket alone after transient faults: 1 second, doubled with each further sweep that
/// fails, up to 16 seconds. A random part of up to a half is taken off, so replicas don't retry together.
/// </summary>
public sealed class DestinationBackoff(TimeProvider time, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(16);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Pause> _pauses = [];

    public bool Holds(string bucket)
    {
        lock (_lock) return _pauses.TryGetValue(bucket, out var pause) && Remaining(pause) > TimeSpan.Zero;
    }

    /// <summary>How long until the first of these buckets may be tried again; null: none of them has failed.</summary>
    public TimeSpan? NextTry(IEnumerable<string> buckets)
    {
        lock (_lock)
        {
            var remaining = buckets.Where(_pauses.ContainsKey).Select(b => (TimeSpan?)Remaining(_pauses[b])).Min();
            return remaining < TimeSpan.Zero ? TimeSpan.Zero : remaining;
        }
    }

    public void Succeeded(string bucket)
    {
        lock (_lock)
        {
            // A copy that was under way when another one failed does not end the pause.
            if (_pauses.TryGetValue(bucket, out var pause) && Remaining(pause) <= TimeSpan.Zero) _pauses.Remove(bucket);
        }
    }

    public void Failed(string bucket)
    {
        lock (_lock)
        {
            var failures = 1;
            if (_pauses.TryGetValue(bucket, out var pause))
            {
                if (Remaining(pause) > TimeSpan.Zero) return; // it was under way when the first one failed
                failures = pause.Failures + 1;
            }

            var length = First * Math.Pow(2, Math.Min(failures - 1, 10));
            if (length > Longest) length = Longest;
            _pauses[bucket] = new Pause(failures, time.GetTimestamp(), length * (1 - random.NextDouble() / 2));
        }
    }

    private TimeSpan Remaining(Pause pause) => pause.Length - time.GetElapsedTime(pause.Start);

    private readonly record struct Pause(int Failures, long Start, TimeSpan Length);
}
