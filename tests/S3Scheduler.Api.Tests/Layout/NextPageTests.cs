using FsCheck;
using FsCheck.Fluent;

namespace S3Scheduler.Api.Tests.Layout;

public sealed class NextPageTests
{
    private const string Prefix = "schedules/";

    // What can stand in the folder: names that begin like a schedule's key, and any others.
    private static readonly Gen<(string Name, ScheduleKey Key)> NamesAndKeys =
        from like in AnyKey.Keys
        from cut in Gen.Choose(0, 30)
        from tail in Gen.OneOf(Gen.Elements("", "x", "{", "|", "}", "~", "é", "\uFFFF"), AnyKey.Text)
        from later in Gen.Elements(-1, 0, 1, 1000, 86_400_000)
        from near in Gen.Elements(true, false)
        from other in AnyKey.Keys
        let time = like.DueAt.Ticks + later * TimeSpan.TicksPerMillisecond
        let key = near && time >= 0 && time <= DueTime.Max.Ticks
            ? new ScheduleKey(new DateTimeOffset(time, TimeSpan.Zero), other.Destination)
            : other
        select (like.ToString()[..cut] + tail, key);

    [Fact]
    public void No_schedule_that_follows_a_page_is_passed_over() => AnyKey.Check(NamesAndKeys, pair =>
    {
        var (last, key) = (Prefix + pair.Name, Prefix + pair.Key);
        var next = Next(last);
        if (next is not null) Compare(next.Value.After, last).ShouldBeGreaterThanOrEqualTo(0);
        if (Compare(key, last) <= 0) return;
        next.ShouldNotBeNull();
        Compare(next.Value.After, key).ShouldBeLessThan(0);
        next.Value.From.ShouldBeLessThanOrEqualTo(pair.Key.DueAt);
    }, count: 20_000);

    [Theory]
    [InlineData(".sweep/999999999998", "0001-01-01T00:00:00.000Z{")]
    [InlineData("1/00500", "1000-01-01T00:00:00.000Z{")]
    [InlineData("2026-11-21", "2026-11-21T00:00:00.000Z{")]
    [InlineData("2026-11-21T19:05:00.000Zjunk", "2026-11-21T19:05:00.000Z{")]
    [InlineData("2026-11-21T19:05:00.000Z~junk", "2026-11-21T19:05:00.001Z{")]
    [InlineData("2026-12-31T23:59:59.999a", "2027-01-01T00:00:00.000Z{")]
    [InlineData("2026-11-21T19:05:00.000Z|reports|a", "2026-11-21T19:05:00.000Z|reports|a")]
    [InlineData("2026-11-21T19:05:00.000Z|no schedule", "2026-11-21T19:05:00.000Z|no schedule")]
    public void The_next_page_begins_at_the_next_key_that_a_schedule_can_have(string last, string after) =>
        Next(Prefix + last)!.Value.After.ShouldBe(Prefix + after);

    [Theory]
    [InlineData("9999-12-31T23:59:59.999Z}")]
    [InlineData("a")]
    [InlineData("|2026")]
    public void After_the_last_key_that_a_schedule_can_have_there_is_no_page(string last) =>
        Next(Prefix + last).ShouldBeNull();

    [Fact]
    public void After_the_last_page_there_is_none() =>
        NextPage.Of(Page(Prefix + "2026", more: false), Prefix, '|').ShouldBeNull();

    private static NextPage? Next(string last) => NextPage.Of(Page(last, more: true), Prefix, '|');

    private static ObjectPage Page(string last, bool more) =>
        new([new ListedObject(last, 0, "", default)], more, default);

    private static int Compare(string x, string y) =>
        Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));
}
