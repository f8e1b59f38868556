namespace S3Scheduler.Api.Telemetry;

/// <summary>
/// Keeps faults that every request meets, as in an outage, from filling the log: one of a kind is logged a minute, and
/// the others as Debug.
/// </summary>
public sealed class LogBrake(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly LabelLimit _kinds = new(); // the store chooses its codes
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _last = [];

    /// <returns>The given level, or Debug.</returns>
    public LogLevel Level(LogLevel level, string kind)
    {
        lock (_lock)
        {
            kind = _kinds.Limit(kind);
            if (_last.TryGetValue(kind, out var last) && time.GetElapsedTime(last) < Pause) return LogLevel.Debug;
            _last[kind] = time.GetTimestamp();
            return level;
        }
    }
}
