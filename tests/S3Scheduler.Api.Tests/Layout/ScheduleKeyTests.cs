namespace S3Scheduler.Api.Tests.Layout;

public sealed class ScheduleKeyTests
{
    private static readonly DateTimeOffset Due = new(2026, 11, 21, 19, 5, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_contains_due_time_and_destination() =>
        new ScheduleKey(Due, new Destination("reports", "2026/november/daily.json")).ToString()
            .ShouldBe("2026-11-21T19:05:00.000Z|reports|2026~~november~~daily.json");

    [Theory]
    [InlineData("a", "a")]
    [InlineData("/a", "~~a")]
    [InlineData("//", "~~~~")]
    [InlineData("/", "~~")]
    [InlineData("~", "~7E")]
    [InlineData("schedules/x", "schedules~~x")]
    public void A_destination_key_is_kept_exactly_slashes_at_the_start_included(string given, string escaped)
    {
        var key = new ScheduleKey(Due, new Destination("reports", given));

        key.ToString().ShouldBe($"2026-11-21T19:05:00.000Z|reports|{escaped}");
        ScheduleKey.TryParse(key.ToString(), out var parsed).ShouldBeTrue();
        parsed!.Destination.Key.ShouldBe(given);
        parsed.ShouldBe(key);
    }

    [Theory]
    [InlineData("2026-11-21T19:05:00.0000001Z", "2026-11-21T19:05:00.001Z")]
    [InlineData("2026-11-21T19:05:00.0009999Z", "2026-11-21T19:05:00.001Z")]
    [InlineData("2026-11-21T19:05:00.001Z", "2026-11-21T19:05:00.001Z")]
    [InlineData("2026-11-21T19:05:00.9990001Z", "2026-11-21T19:05:01.000Z")]
    [InlineData("2026-11-21T23:59:59.9999999Z", "2026-11-22T00:00:00.000Z")]
    [InlineData("2026-12-31T23:59:59.9999999Z", "2027-01-01T00:00:00.000Z")]
    [InlineData("2028-02-28T23:59:59.9990001Z", "2028-02-29T00:00:00.000Z")]
    [InlineData("2026-11-22T00:34:59.9999999+05:30", "2026-11-21T19:05:00.000Z")]
    [InlineData("9999-12-31T23:59:59.9980001Z", "9999-12-31T23:59:59.999Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    public void Times_are_UTC_and_round_up_to_the_millisecond(string time, string written)
    {
        var key = new ScheduleKey(DueTime.Parse(time)!.Value, new Destination("reports", "a"));

        key.ToString().ShouldBe($"{written}|reports|a");
        new ScheduleKey(DateTimeOffset.Parse(time, null), new Destination("reports", "a")).ShouldBe(key);
    }

    public static TheoryData<string> NotKeys =>
    [
        "", "|", "||", "a|b|c", "2026-11-21T19:05:00.000Z", "2026-11-21T19:05:00.000Z|reports",
        "2026-11-21T19:05:00.000Z|reports|", "2026-11-21T19:05:00.000Z||a", "2026-11-21T19:05:00.000Z|reports|a|b",
        "2026-11-21T19:05:00.000Z|reports|a|AccessDenied", " 2026-11-21T19:05:00.000Z|reports|a",
        "2026-11-21T19:05:00.000Z |reports|a", "2026-11-21T19:05:00Z|reports|a", "2026-11-21T19:05:00.00Z|reports|a",
        "2026-11-21T19:05:00.0000Z|reports|a", "2026-11-21t19:05:00.000Z|reports|a",
        "2026-11-21T19:05:00.000z|reports|a", "2026-11-21 19:05:00.000Z|reports|a",
        "2026-11-21T19:05:00.000+00:00|reports|a", "2026-11-21T19:05:60.000Z|reports|a",
        "2026-11-21T24:00:00.000Z|reports|a", "2026-02-29T19:05:00.000Z|reports|a",
        "2026-13-01T19:05:00.000Z|reports|a", "0000-01-01T00:00:00.000Z|reports|a",
        "10000-01-01T00:00:00.000Z|reports|a", "٢٠٢٦-11-21T19:05:00.000Z|reports|a",
        "2026-11-21T19:05:00.000Z|_reports|a", "2026-11-21T19:05:00.000Z|r|a", "2026-11-21T19:05:00.000Z|a:b|a",
        "2026-11-21T19:05:00.000Z|reports|a/b", "2026-11-21T19:05:00.000Z|reports|a~2Fb",
        "2026-11-21T19:05:00.000Z|reports|a?b~23", "2026-11-21T19:05:00.000Z|reports|a~3Fb;",
        "2026-11-21T19:05:00.000Z|reports|~00", "2026-11-21T19:05:00.000Z|reports|a\n",
    ];

    [Theory]
    [MemberData(nameof(NotKeys))]
    public void Any_other_form_is_not_a_key(string text) => ScheduleKey.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2026-11-21T19:05:00.000Z|reports|~~")] // the destination key '/': posted as '//'
    [InlineData("2026-11-21T19:05:00.000Z|reports|~~~~a")]
    [InlineData("9999-12-31T23:59:59.999Z|reports|a")]
    [InlineData("2026-11-21T19:05:00.000Z|reports|a~3Fb~23c~3Bd")]
    [InlineData("2026-11-21T19:05:00.000Z|reports|a?b#c;d")] // the old form
    [InlineData("0001-01-01T00:00:00.000Z|a.b-c|..")]
    [InlineData("2026-11-21T19:05:00.000Z|Old_Bucket|a")]
    public void The_canonical_form_is_a_key(string text)
    {
        ScheduleKey.TryParse(text, out var key).ShouldBeTrue();
        key!.ToString().ShouldBe(text);
    }

    [Fact]
    public void A_destination_key_of_1024_bytes_round_trips()
    {
        foreach (var (character, count) in new[] { ("~", 1024), ("/", 1024), ("日", 341), ("\\", 1024) })
        {
            var text = string.Concat(Enumerable.Repeat(character, count)) + (character == "日" ? "a" : "");
            var key = new ScheduleKey(Due, new Destination("reports", text));
            ScheduleKey.TryParse(key.ToString(), out var parsed).ShouldBeTrue();
            parsed.ShouldBe(key);
        }
    }
}
