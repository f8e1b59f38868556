namespace S3Scheduler.Api.Tests.Layout;

public sealed class DueTimeTests
{
    [Theory]
    [InlineData("2026-11-21T19:05:00Z", "2026-11-21T19:05:00.000Z")]
    [InlineData("2026-11-21T19:05:00z", "2026-11-21T19:05:00.000Z")]
    [InlineData("2026-11-21t19:05:00z", "2026-11-21T19:05:00.000Z")]
    [InlineData("2026-11-21 19:05:00Z", "2026-11-21T19:05:00.000Z")]
    [InlineData("2026-11-21T19:05:00", "2026-11-21T19:05:00.000Z")] // no offset: UTC
    [InlineData("2026-11-21 19:05", "2026-11-21T19:05:00.000Z")]
    [InlineData("2026-11-21T19:05Z", "2026-11-21T19:05:00.000Z")]
    [InlineData("2026-11-21T19:05+01:00", "2026-11-21T18:05:00.000Z")]
    [InlineData("2026-11-21T19:05:00+00:00", "2026-11-21T19:05:00.000Z")]
    [InlineData("2026-11-21T19:05:00-00:00", "2026-11-21T19:05:00.000Z")]
    [InlineData("2026-11-21T19:05:00+05:30", "2026-11-21T13:35:00.000Z")]
    [InlineData("2026-11-21T19:05:00-03:30", "2026-11-21T22:35:00.000Z")]
    [InlineData("2026-11-21T19:05:00+14:00", "2026-11-21T05:05:00.000Z")]
    [InlineData("2026-11-21T19:05:00-23:59", "2026-11-22T19:04:00.000Z")]
    [InlineData("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z")]
    [InlineData("2028-02-29T12:00:00Z", "2028-02-29T12:00:00.000Z")]
    [InlineData("2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00.000Z")]
    [InlineData("0001-01-01T00:00:00-01:00", "0001-01-01T01:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    [InlineData("9999-12-31T23:59:59.999+01:00", "9999-12-31T22:59:59.999Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z")] // a leap second
    [InlineData("2031-06-30T23:59:60", "2031-07-01T00:00:00.000Z")]
    [InlineData("2031-06-30T23:59:60.25Z", "2031-07-01T00:00:00.250Z")]
    [InlineData("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000Z")]
    [InlineData("2031-07-01T05:29:60+05:30", "2031-07-01T00:00:00.000Z")]
    public void A_valid_time_is_read(string text, string utc) =>
        DueTime.Write(DueTime.Parse(text)!.Value).ShouldBe(utc);

    public static IEnumerable<(string, string)> Fractions =>
    [
        (".1", ".100"), (".12", ".120"), (".123", ".123"), (".000", ".000"), (".1230", ".123"), (".1231", ".124"),
        (".1230001", ".124"), (".12300000", ".123"), (".12300001", ".124"), (".00000001", ".001"),
        (".0009999999", ".001"), (".998000000000000000000000000001", ".999"),
        (".998000000000000000000000000000", ".998"),
    ];

    [Theory]
    [MemberData(nameof(Fractions))]
    public void Fractions_of_a_second_round_up(string fraction, string milliseconds)
    {
        foreach (var offset in new[] { "", "Z", "+00:00" })
        {
            DueTime.Write(DueTime.Parse($"2026-11-21T19:05:00{fraction}{offset}")!.Value)
                .ShouldBe($"2026-11-21T19:05:00{milliseconds}Z");
        }
    }

    [Fact]
    public void A_fraction_has_one_to_thirty_digits()
    {
        for (var digits = 1; digits <= 30; digits++)
        {
            var rounded = DueTime.Parse($"2026-11-21T19:05:00.{new string('9', digits)}Z")!.Value;
            var seconds = digits switch { 1 => "00.900", 2 => "00.990", 3 => "00.999", _ => "01.000" };
            DueTime.Write(rounded).ShouldBe($"2026-11-21T19:05:{seconds}Z");
        }

        DueTime.Parse($"2026-11-21T19:05:00.{new string('9', 31)}Z").ShouldBeNull();
    }

    public static TheoryData<string> NotTimes =>
    [
        "", " ", "now", "2026-11-21", "2026-11-21T", "2026-11-21T19", "19:05:00Z", "1763751900",
        " 2026-11-21T19:05:00Z", "2026-11-21T19:05:00Z ", "2026-11-21T19:05:00Z\n", "2026-11-21  19:05:00Z",
        "2026-11-21T19:05:00 Z", "2026-11-21T19:05:00.Z", "2026-11-21T19:05:00,5Z", "2026-11-21T19:05.5Z",
        "2026-11-21T19:05:00UTC", "2026-11-21T19:05:00ZZ", "2026-11-21T19:05:00+1:00", "2026-11-21T19:05:00+0100",
        "2026-11-21T19:05:00+01", "2026-11-21T19:05:00+24:00", "2026-11-21T19:05:00+01:60",
        "2026-11-21T19:05:00−01:00", // a minus sign, not a hyphen
        "2026-11-21T19:05:60Z", "2026-11-21T23:59:60Z", "2026-11-30T23:59:61Z", // not leap seconds
        "2016-12-31T23:59:60+01:00", "9999-12-31T23:59:60Z", "2026-12-31T23:58:60Z",
        "2026-11-21T19:60:00Z", "2026-11-21T24:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-31T00:00:00Z", "2026-02-29T00:00:00Z",
        "2028-02-30T00:00:00Z", "2100-02-29T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59.9991Z", "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z", "+2026-11-21T19:05:00Z",
        "-2026-11-21T19:05:00Z", "26-11-21T19:05:00Z", "2026-1-1T19:05:00Z", "2026/11/21T19:05:00Z", "20261121T190500Z",
        "2026-W47-6T19:05:00Z", "２０２６-11-21T19:05:00Z", "٢٠٢٦-11-21T19:05:00Z",
    ];

    [Theory]
    [MemberData(nameof(NotTimes))]
    public void Any_other_text_is_not_a_time(string text) => DueTime.Parse(text).ShouldBeNull();

    public static IEnumerable<(string, string)> Delays =>
    [
        ("PT10M", "00:10:00"), ("PT0S", "00:00:00"), ("P0D", "00:00:00"), ("PT1H", "01:00:00"), ("PT1H30M", "01:30:00"),
        ("PT1H1S", "01:00:01"), ("PT90M", "01:30:00"), ("PT36H", "1.12:00:00"), ("P1D", "1.00:00:00"),
        ("P1DT2H", "1.02:00:00"), ("P1DT2H3M4.5S", "1.02:03:04.5"), ("P2W", "14.00:00:00"), ("PT0.5S", "00:00:00.5"),
        ("PT0.000000001S", "00:00:00.0000001"), ("PT00010M", "00:10:00"), ("P3650000D", "3650000.00:00:00"),
    ];

    [Theory]
    [MemberData(nameof(Delays))]
    public void A_valid_delay_is_read(string text, string delay) =>
        DueTime.ParseDelay(text).ShouldBe(TimeSpan.Parse(delay, null));

    public static TheoryData<string> NotDelays =>
    [
        "", "P", "PT", "P1DT", "10M", "T10M", "P10", "PT10", "pt10m", "P1Y", "P1M", // a month, not a minute
        "P1Y2M3DT4H", "P1H", "PT1D", "P1W1D", "P1WT1H", "PT1M1H", "PT1M1M", "-PT10M", "PT-10M", "+PT10M", "PT0,5S",
        "PT1.S", "PT.5S", "PT1.5H", "PT 10M", " PT10M", "PT10M\n", "PT1e3S", "PT１０M", "00:10:00", "600", "P9999999D",
        "P999999W", "PT999999999H", "PT999999999999S", "P99999999999999999999999D", "PT0.0000000001S",
    ];

    [Theory]
    [MemberData(nameof(NotDelays))]
    public void Any_other_text_is_not_a_delay(string text) => DueTime.ParseDelay(text).ShouldBeNull();
}
