namespace S3Scheduler.Api.Scheduling.Many;

/// <summary>Counts schedules one by one.</summary>
internal sealed class ScheduleCounts(DateTimeOffset? from, DateTimeOffset? to, int bins)
{
    /// <summary>How many buckets, and how many pairs of a bucket and a code, are named.</summary>
    private const int MostNamed = 100;

    /// <summary>Further buckets are counted with the others at once, so that they take no memory.</summary>
    private const int MostCounted = 10_000;

    private readonly DueBins _bins = new(from, to, bins);
    private readonly Dictionary<string, long> _buckets = [];
    private readonly Dictionary<(string Bucket, string Code), long> _codes = [];
    private DateTimeOffset? _first;
    private DateTimeOffset? _last;
    private long _total;
    private long _failed;

    /// <param name="code">Null: it has not failed.</param>
    public void Add(DateTimeOffset time, string bucket, string? code)
    {
        _total++;
        _bins.Add(time);
        if (!(_first <= time)) _first = time;
        if (!(_last >= time)) _last = time;
        Add(_buckets, bucket);
        if (code is null) return;
        _failed++;
        Add(_codes, (bucket, code));
    }

    public ScheduleSummary ToSummary(bool isComplete)
    {
        var buckets = Largest(_buckets).Select(b => new BucketCount(b.Key, b.Value)).ToList();
        var codes = Largest(_codes).Select(c => new CodeCount(c.Key.Bucket, c.Key.Code, c.Value)).ToList();
        if (_total - buckets.Sum(b => b.Count) is > 0 and var others) buckets.Add(new(null, others));
        if (_failed - codes.Sum(c => c.Count) is > 0 and var rest) codes.Add(new(null, null, rest));
        return new(_total, isComplete, from ?? _first, to ?? _last, _bins.ToBins(), buckets, codes);
    }

    private static void Add<T>(Dictionary<T, long> counts, T what) where T : notnull
    {
        if (counts.TryGetValue(what, out var count) || counts.Count < MostCounted) counts[what] = count + 1;
    }

    private static IEnumerable<KeyValuePair<T, long>> Largest<T>(Dictionary<T, long> counts) where T : notnull =>
        counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Take(MostNamed);
}
