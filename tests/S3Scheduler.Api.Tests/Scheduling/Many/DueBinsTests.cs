using S3Scheduler.Api.Scheduling.Many;

namespace S3Scheduler.Api.Tests.Scheduling.Many;

public sealed class DueBinsTests
{
    private static readonly DateTimeOffset From = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(500)]
    public void Of_a_known_span_there_are_as_many_equal_parts_as_asked_for(int most)
    {
        var to = From.AddDays(1);
        var random = new Random(most);
        var times = Times(random, 1000, 86_400_000).Append(From).Append(to.AddMilliseconds(-1)).ToList();

        var bins = Count(From, to, most, times);

        bins.Count.ShouldBe(most);
        (bins[0].From, bins[^1].To).ShouldBe((From, to));
        var lengths = bins.Select(b => b.To - b.From).ToList();
        (lengths.Max() - lengths.Min()).ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(1));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Of_an_unknown_span_there_are_at_least_half_as_many_parts_in_whatever_order_schedules_come(
        bool knowsFrom, bool knowsTo)
    {
        var random = new Random(20261128);
        for (var round = 0; round < 200; round++)
        {
            var (most, span) = (random.Next(1, 501), 1L << random.Next(0, 45));
            var last = From.AddMilliseconds(span);
            var times = Times(random, random.Next(1, 50), span).Append(From).Append(last).ToList();
            if (round % 3 == 1) times.Sort();
            if (round % 3 == 2) times.Sort((x, y) => y.CompareTo(x));
            DateTimeOffset? from = knowsFrom ? From : null, to = knowsTo ? last.AddMilliseconds(1) : null;

            var bins = Count(from, to, most, times);

            bins.Count.ShouldBeInRange((int)Math.Min((most + 1) / 2, span), most, $"round {round}");
            bins.Select(b => b.To - b.From).Distinct().Count().ShouldBe(1);
            if (knowsFrom) bins[0].From.ShouldBe(From);
            if (knowsTo) bins[^1].To.ShouldBe(to!.Value);
        }
    }

    [Theory]
    [InlineData(0, 0, 60, 0)]
    [InlineData(0, -5, 60, 0)]
    [InlineData(0, 5, 60, 5)]
    [InlineData(0, 86_400_000, 0, 0)]
    public void Of_a_short_span_there_are_no_parts_shorter_than_a_millisecond(int from, int to, int most, int parts) =>
        Count(From.AddMilliseconds(from), From.AddMilliseconds(to), most, []).Count.ShouldBe(parts);

    [Fact]
    public void The_first_and_the_last_time_that_can_be_written_are_counted()
    {
        DateTimeOffset[] times = [DateTimeOffset.MinValue, From, DueTime.Max];
        foreach (var most in (int[])[1, 2, 60])
        {
            Count(null, null, most, times);
            Count(null, DueTime.Max, most, times[..2]);
            Count(From, null, most, times[1..]);
            Count(DateTimeOffset.MinValue, DueTime.Max, most, times[..2]);
        }
    }

    [Fact]
    public void Without_schedules_an_unknown_span_has_no_parts()
    {
        Count(null, null, 60, []).ShouldBeEmpty();
        Count(From, null, 60, []).ShouldBeEmpty();
        Count(null, From, 60, []).ShouldBeEmpty();
    }

    private static List<SummaryBin> Count(
        DateTimeOffset? from, DateTimeOffset? to, int most, IReadOnlyList<DateTimeOffset> times)
    {
        var counted = new DueBins(from, to, most);
        foreach (var time in times) counted.Add(time);
        var bins = counted.ToBins().ToList();
        for (var n = 1; n < bins.Count; n++) bins[n].From.ShouldBe(bins[n - 1].To);
        foreach (var bin in bins) bin.Count.ShouldBe(times.Count(t => bin.From <= t && IsBefore(t, bin.To)), $"{bin}");
        return bins;
    }

    // The last part ends at the last time that can be written, and has it.
    private static bool IsBefore(DateTimeOffset time, DateTimeOffset end) => time < end || end == DueTime.Max;

    private static IEnumerable<DateTimeOffset> Times(Random random, int count, long span) =>
        Enumerable.Range(0, count).Select(_ => From.AddMilliseconds(random.NextInt64(span)));
}
