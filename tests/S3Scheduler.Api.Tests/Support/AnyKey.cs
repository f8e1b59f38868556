using FsCheck;
using FsCheck.Fluent;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>Random inputs for property tests. Cases that often go wrong are more frequent.</summary>
public static class AnyKey
{
    private const int MostPieces = 40;

    private static readonly string[] OddPieces =
    [
        "/", "~", "~~", "~7E", "|", "%", "%2F", "\\", "?", "#", ";", ".", "..", " ", "\t", "\n", "\u0001", "\u007F",
        "\u0080",
        "\u009F", "\u00A0", "é", "日", "🎉", "\uFFFE", "\uFFFF", "\uFFFD", "\uFEFF", "\uE000", "\uD7FF",
        "\U0010FFFF", "2", "F", "C", "7C",
    ];

    private static readonly Gen<string> Piece = Gen.Frequency(
        (4, Gen.Elements(OddPieces)),
        (3, Gen.Choose(' ', '~').Select(c => ((char)c).ToString())),
        (1, Gen.Choose(1, 0x10FFFF).Where(c => Rune.IsValid(c)).Select(c => new Rune(c).ToString())));

    /// <summary>Any legal destination key.</summary>
    public static Gen<string> Text { get; } =
        from start in Gen.Elements("", "", "/", "//", "/~", "~/")
        from count in Gen.Choose(0, MostPieces)
        from pieces in Gen.ArrayOf(Piece, count)
        let text = start + string.Concat(pieces)
        where Destination.FaultOfKey(text) is null
        select text;

    public static Gen<Destination> Destinations { get; } =
        from bucket in Gen.Elements("reports", "a.b-c", "000", "Old_Bucket.", new string('z', 255))
        from key in Text
        select new Destination(bucket, key);

    /// <summary>All possible times, exact to the tick.</summary>
    public static Gen<DateTimeOffset> Times { get; } =
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        from near in Gen.Elements(true, false)
        let ticks = ((long)high << 31) | (uint)low
        select near
            ? ManualTime.Start.AddTicks(ticks % TimeSpan.TicksPerSecond)
            : DateTimeOffset.MinValue.AddTicks(ticks % DueTime.Max.Ticks);

    public static Gen<ScheduleKey> Keys { get; } =
        from dueAt in Times
        from destination in Destinations
        select new ScheduleKey(dueAt, destination);

    /// <summary>Checks a property with so many random values, the same ones in every run.</summary>
    public static void Check<T>(Gen<T> any, Action<T> holds, int count = 2000) =>
        Prop.ForAll(Arb.From(any), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20261121, 7));
}
