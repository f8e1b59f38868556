namespace S3Scheduler.Api.Telemetry;

/// <summary>
/// Bounds the values of a metric's attribute. Each value makes one more time series, and clients choose the values.
/// </summary>
internal sealed class LabelLimit
{
    public const int Most = 100;

    /// <summary>Stands for every value beyond the first hundred.</summary>
    public const string Other = "other";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public string Limit(string value)
    {
        lock (_lock) return _seen.Contains(value) || (_seen.Count < Most && _seen.Add(value)) ? value : Other;
    }
}
