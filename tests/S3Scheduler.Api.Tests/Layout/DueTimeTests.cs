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
    public void A_time_is_understood(string text, string utc) => DueTime.Write(DueTime.Parse(text)!.Value).ShouldBe(utc);

    [Theory]
    [InlineData(".1", ".100")]
    [InlineData(".12", ".120")]
    [InlineData(".123", ".123")]
    [InlineData(".000", ".000")]
    [InlineData(".1230", ".123")]
    [InlineData(".1231", ".124")]
    [InlineData(".1230001", ".124")]
    [InlineData(".12300000", ".123")]
    [InlineData(".12300001", ".124")]
    [InlineData(".00000001", ".001")]
    [InlineData(".0009999999", ".001")]
    [InlineData(".998000000000000000000000000001", ".999")]
    [InlineData(".998000000000000000000000000000", ".998")]
    public void Fractions_of_a_second_round_up(string fraction, string milliseconds)
    {
        foreach (var offset in new[] { "", "Z", "+00:00" })
            DueTime.Write(DueTime.Parse($"2026-11-21T19:05:00{fraction}{offset}")!.Value).ShouldBe($"2026-11-21T19:05:00{milliseconds}Z");
    }

    [Fact]
    public void A_fraction_has_one_to_thirty_digits()
    {
        for (var digits = 1; digits <= 30; digits++)
        {
            var rounded = DueTime.Parse($"2026-11-21T19:05:00.{new string('9', digits)}Z")!.Value;
            DueTime.Write(rounded).ShouldBe(
                digits switch { 1 => "2026-11-21T19:05:00.900Z", 2 => "2026-11-21T19:05:00.990Z", 3 => "2026-11-21T19:05:00.999Z", _ => "2026-11-21T19:05:01.000Z" });
        }

        DueTime.Parse($"2026-11-21T19:05:00.{new string('9', 31)}Z").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("now")]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21T")]
    [InlineData("2026-11-21T19")]
    [InlineData("19:05:00Z")]
    [InlineData("1763751900")]
    [InlineData(" 2026-11-21T19:05:00Z")]
    [InlineData("2026-11-21T19:05:00Z ")]
    [InlineData("2026-11-21T19:05:00Z\n")]
    [InlineData("2026-11-21  19:05:00Z")]
    [InlineData("2026-11-21T19:05:00 Z")]
    [InlineData("2026-11-21T19:05:00.Z")]
    [InlineData("2026-11-21T19:05:00,5Z")]
    [InlineData("2026-11-21T19:05.5Z")]
    [InlineData("2026-11-21T19:05:00UTC")]
    [InlineData("2026-11-21T19:05:00ZZ")]
    [InlineData("2026-11-21T19:05:00+1:00")]
    [InlineData("2026-11-21T19:05:00+0100")]
    [InlineData("2026-11-21T19:05:00+01")]
    [InlineData("2026-11-21T19:05:00+24:00")]
    [InlineData("2026-11-21T19:05:00+01:60")]
    [InlineData("2026-11-21T19:05:00−01:00")] // a minus sign, not a hyphen
    [InlineData("2026-11-21T19:05:60Z")] // also a leap second: clocks here know none
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2026-11-21T19:60:00Z")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-11-00T00:00:00Z")]
    [InlineData("2026-11-31T00:00:00Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2028-02-30T00:00:00Z")]
    [InlineData("2100-02-29T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59.9991Z")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("10000-01-01T00:00:00Z")]
    [InlineData("+2026-11-21T19:05:00Z")]
    [InlineData("-2026-11-21T19:05:00Z")]
    [InlineData("26-11-21T19:05:00Z")]
    [InlineData("2026-1-1T19:05:00Z")]
    [InlineData("2026/11/21T19:05:00Z")]
    [InlineData("20261121T190500Z")]
    [InlineData("2026-W47-6T19:05:00Z")]
    [InlineData("２０２６-11-21T19:05:00Z")]
    [InlineData("٢٠٢٦-11-21T19:05:00Z")]
    public void Anything_else_is_no_time(string text) => DueTime.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("PT10M", "00:10:00")]
    [InlineData("PT0S", "00:00:00")]
    [InlineData("P0D", "00:00:00")]
    [InlineData("PT1H", "01:00:00")]
    [InlineData("PT1H30M", "01:30:00")]
    [InlineData("PT1H1S", "01:00:01")]
    [InlineData("PT90M", "01:30:00")]
    [InlineData("PT36H", "1.12:00:00")]
    [InlineData("P1D", "1.00:00:00")]
    [InlineData("P1DT2H", "1.02:00:00")]
    [InlineData("P1DT2H3M4.5S", "1.02:03:04.5")]
    [InlineData("P2W", "14.00:00:00")]
    [InlineData("PT0.5S", "00:00:00.5")]
    [InlineData("PT0.000000001S", "00:00:00.0000001")]
    [InlineData("PT00010M", "00:10:00")]
    [InlineData("P3650000D", "3650000.00:00:00")]
    public void A_delay_is_understood(string text, string delay) => DueTime.ParseDelay(text).ShouldBe(TimeSpan.Parse(delay, null));

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("10M")]
    [InlineData("T10M")]
    [InlineData("P10")]
    [InlineData("PT10")]
    [InlineData("pt10m")]
    [InlineData("P1Y")]
    [InlineData("P1M")] // a month, not a minute
    [InlineData("P1Y2M3DT4H")]
    [InlineData("P1H")]
    [InlineData("PT1D")]
    [InlineData("P1W1D")]
    [InlineData("P1WT1H")]
    [InlineData("PT1M1H")]
    [InlineData("PT1M1M")]
    [InlineData("-PT10M")]
    [InlineData("PT-10M")]
    [InlineData("+PT10M")]
    [InlineData("PT0,5S")]
    [InlineData("PT1.S")]
    [InlineData("PT.5S")]
    [InlineData("PT1.5H")]
    [InlineData("PT 10M")]
    [InlineData(" PT10M")]
    [InlineData("PT10M\n")]
    [InlineData("PT1e3S")]
    [InlineData("PT１０M")]
    [InlineData("00:10:00")]
    [InlineData("600")]
    [InlineData("P9999999D")]
    [InlineData("P999999W")]
    [InlineData("PT999999999H")]
    [InlineData("PT999999999999S")]
    [InlineData("P99999999999999999999999D")]
    [InlineData("PT0.0000000001S")]
    public void Anything_else_is_no_delay(string text) => DueTime.ParseDelay(text).ShouldBeNull();
}
