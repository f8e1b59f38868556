using System.Globalization;
using FsCheck.Fluent;

namespace S3Scheduler.Api.Tests.Layout;

public sealed class PythonKeyTests
{
    private static readonly DateTime First = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    [Fact]
    public void A_key_is_read_as_the_library_reads_it()
    {
        foreach (var golden in PythonLibrary.GoldenKeys)
        {
            var isRead = PythonKey.TryParse(golden.Key, out var key);
            isRead.ShouldBe(golden.Delivered is { } d && Destination.FaultOfBucket(d.Bucket) is null, golden.Key);
            if (!isRead) continue;
            key!.DueAt.ShouldBe(DueTime.RoundUp(golden.Delivered!.After), golden.Key);
            (key.Destination.Bucket, key.Destination.Key)
                .ShouldBe((golden.Delivered.Bucket, golden.Delivered.Key), golden.Key);
        }
    }

    // The tests below depend on this.
    [Fact]
    public void PythonLibrary_writes_the_same_keys_as_the_library()
    {
        var written = PythonLibrary.GoldenKeys.Where(g => g.When is not null).ToList();
        written.Count.ShouldBeGreaterThan(100);
        foreach (var golden in written)
        {
            var sign = golden.When!.IndexOfAny(['+', '-'], "2026-11-21T".Length);
            var local = DateTime.Parse(sign < 0 ? golden.When : golden.When[..sign], CultureInfo.InvariantCulture);
            TimeSpan? offset = sign < 0 ? null : TimeSpan.Parse(golden.When[(sign + 1)..], null);
            if (sign > 0 && golden.When[sign] == '-') offset = -offset;

            PythonLibrary.Key(golden.Path!, local, offset, golden.Bucket!, golden.Name!).ShouldBe(golden.Key);
        }
    }

    [Fact]
    public void Any_schedule_is_read_as_it_was_meant_except_for_what_the_library_loses() => AnyKey.Check(
        from microseconds in Gen.Choose(0, int.MaxValue).Two()
        from minutes in Gen.Choose(-23 * 60 - 59, 23 * 60 + 59)
        from whole in Gen.Elements(true, false)
        from bucket in Gen.Elements("reports", "a.b-c", "000")
        from name in AnyKey.Text
        let when = First.AddMinutes(microseconds.Item1 % 100_000_000).AddMicroseconds(whole ? 0 : microseconds.Item2)
        select (when, offset: TimeSpan.FromMinutes(minutes), bucket, name),
        any =>
        {
            var text = PythonLibrary.Key("/path", any.when, any.offset, any.bucket, any.name);
            PythonKey.TryParse(text, out var key).ShouldBeTrue(text);

            key!.DueAt.ShouldBe(DueTime.RoundUp(new DateTimeOffset(any.when - any.offset, TimeSpan.Zero)));
            // The library loses one leading slash, and the difference between "~~" and "/". Without a name it delivers
            // to the schedule's own key.
            var name = any.name.StartsWith('/') ? any.name[1..] : any.name;
            name = name.Length == 0 ? text : name.Replace("/", "~~").Replace("~~", "/");
            key.Destination.ShouldBe(new Destination(any.bucket, name));
        });

    [Theory]
    [InlineData("9999-12-31%2023%3A59%3A59.999999%2B00%3A00")] // datetime.max: rounds up to the year 10000
    [InlineData("9999-12-31%2023%3A59%3A59-12%3A00")]
    [InlineData("0001-01-01%2000%3A00%3A00%2B01%3A00")]
    public void A_time_outside_the_valid_range_is_not_read(string when) =>
        PythonKey.TryParse($"schedules/|{when}|reports|a", out _).ShouldBeFalse();

    [Theory]
    [InlineData("%00")]
    [InlineData("a%00b")]
    public void A_destination_key_that_S3_does_not_allow_is_not_read(string path) =>
        PythonKey.TryParse($"schedules/|2026-11-21%2019%3A05%3A00%2B00%3A00|reports|{path}", out _).ShouldBeFalse();
}
