namespace S3Scheduler.Api.Scheduling.Many;

/// <summary>
/// Counts schedules in equal parts of a span of time. If an end of the span is not known, the parts begin with a
/// millisecond each, and pairs of them become one while they are too many: so only the parts take memory.
/// </summary>
/// <param name="from">The beginning of the span, whole milliseconds; null: that of the first schedule.</param>
/// <param name="to">The end of the span, whole milliseconds; null: that of the last schedule.</param>
/// <param name="most">How many parts at most; 0: nothing is counted.</param>
internal sealed class DueBins(DateTimeOffset? from, DateTimeOffset? to, int most)
{
    // The last part can reach beyond the times that can be written.
    private static readonly long Latest = Milliseconds(DueTime.Max - DateTimeOffset.MinValue);

    private readonly DateTimeOffset _start = from ?? to ?? DateTimeOffset.MinValue;

    // Null: an end is not known.
    private readonly long? _span = to is null || from is null ? null : Milliseconds(to.Value - from.Value);

    private Dictionary<long, long> _counts = [];
    private long _width = 1;

    // The first and the last part. What is not known grows with what is counted.
    private long? _low = from is null ? null : 0;
    private long? _high = from is null && to is not null ? -1 : null;

    private long Parts => Math.Min(most, _span ?? most);

    public void Add(DateTimeOffset dueAt)
    {
        if (Parts <= 0) return;
        var part = PartOf(Milliseconds(dueAt - _start));
        while (_span is null && Math.Max(_high ?? part, part) - Math.Min(_low ?? part, part) >= most)
        {
            Double();
            part = PartOf(Milliseconds(dueAt - _start));
        }

        (_low, _high) = (Math.Min(_low ?? part, part), Math.Max(_high ?? part, part));
        _counts[part] = _counts.GetValueOrDefault(part) + 1;
    }

    public IReadOnlyList<SummaryBin> ToBins()
    {
        var bins = new List<SummaryBin>();
        if ((_span is null ? _low : 0) is not { } low || (_span is null ? _high : Parts - 1) is not { } high)
            return bins;
        for (var part = low; part <= high; part++)
            bins.Add(new(StartOf(part), StartOf(part + 1), _counts.GetValueOrDefault(part)));
        return bins;
    }

    private long PartOf(long time) =>
        _span is { } span ? ((time + 1) * Parts - 1) / span : FloorDivide(time, _width);

    private DateTimeOffset StartOf(long part)
    {
        var time = Milliseconds(_start - DateTimeOffset.MinValue)
            + (_span is { } span ? span * part / Parts : part * _width);
        return DateTimeOffset.MinValue.AddMilliseconds(Math.Clamp(time, 0, Latest));
    }

    private void Double()
    {
        _width *= 2;
        (_low, _high) = (Half(_low), Half(_high));
        _counts = _counts.GroupBy(c => FloorDivide(c.Key, 2), c => c.Value).ToDictionary(c => c.Key, c => c.Sum());
        static long? Half(long? part) => part is { } p ? FloorDivide(p, 2) : null;
    }

    private static long FloorDivide(long number, long by) => number < 0 ? (number + 1) / by - 1 : number / by;

    private static long Milliseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMillisecond;
}
