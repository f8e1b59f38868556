using System.Globalization;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Layout;

/// <summary>Reads and writes due times: UTC, whole milliseconds, rounded up so that no delivery is early.</summary>
public static partial class DueTime
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Of each written due time, in characters.</summary>
    public const int Length = 24;

    private const string LeapSecond = "60";

    /// <summary>The last possible due time.</summary>
    public static readonly DateTimeOffset Max = new(9999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero);

    public const string TooLate = "The due time must be before the year 10000.";

    public static string Write(DateTimeOffset dueAt) =>
        dueAt.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Write"/> writes; null if it is anything else.</summary>
    public static DateTimeOffset? TryRead(string written) => DateTimeOffset.TryParseExact(
        written, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>
    /// Reads RFC 3339; a time without offset is UTC, and seconds may be omitted. A leap second is read as the second
    /// that follows it. Null if the text is not a valid time in the years 1 to 9999.
    /// </summary>
    public static DateTimeOffset? Parse(string text)
    {
        var match = Rfc3339().Match(text);
        if (!match.Success) return null;

        var (minute, second) = (match.Groups["minute"].Value, match.Groups["second"].Value);
        var (fraction, offset) = (match.Groups["fraction"].Value, match.Groups["offset"].Value);
        var isLeap = second == LeapSecond;
        if (!DateTime.TryParseExact(
            $"{minute.ToUpperInvariant().Replace(' ', 'T')}:{(isLeap ? "59" : second.PadLeft(2, '0'))}",
            "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return null;

        // The digits after the seventh only decide whether to round up.
        var ticks = long.Parse(fraction.PadRight(7, '0')[..7], CultureInfo.InvariantCulture);
        if (fraction.Length > 7 && fraction[7..].Trim('0').Length > 0) ticks++;

        if (ParseOffset(offset) is not { } east) return null;
        var whole = local.Ticks - east.Ticks + (isLeap ? TimeSpan.TicksPerSecond : 0);
        var utc = whole + ticks;
        if (utc < 0 || utc > Max.Ticks || (isLeap && !BeginsMonth(new DateTime(whole)))) return null;
        return RoundUp(new DateTimeOffset(utc, TimeSpan.Zero));
    }

    /// <summary>
    /// Reads an ISO 8601 duration without years and months: PT10M, P1DT2H, P2W, PT0.5S. Null if the text is not one.
    /// </summary>
    public static TimeSpan? ParseDelay(string text)
    {
        var match = Iso8601Duration().Match(text);
        if (!match.Success || text.EndsWith('P') || text.EndsWith('T')) return null;

        decimal Part(string name, decimal seconds) => match.Groups[name] is { Success: true, Value: var digits }
            ? decimal.Parse(digits, CultureInfo.InvariantCulture) * seconds
            : 0;

        var total = Part("weeks", 604_800) + Part("days", 86_400)
            + Part("hours", 3_600) + Part("minutes", 60) + Part("seconds", 1);
        var ticks = Math.Ceiling(total * TimeSpan.TicksPerSecond);
        return ticks > Max.Ticks ? null : TimeSpan.FromTicks((long)ticks);
    }

    public static DateTimeOffset RoundUp(DateTimeOffset time)
    {
        var over = time.Ticks % TimeSpan.TicksPerMillisecond;
        return over == 0 ? time : time.AddTicks(TimeSpan.TicksPerMillisecond - over);
    }

    // Leap seconds are inserted at the end of a month.
    private static bool BeginsMonth(DateTime utc) => utc.Day == 1 && utc.TimeOfDay == TimeSpan.Zero;

    private static TimeSpan? ParseOffset(string offset)
    {
        if (offset is "" or "Z" or "z") return TimeSpan.Zero;
        var hours = int.Parse(offset[1..3], CultureInfo.InvariantCulture);
        var minutes = int.Parse(offset[^2..], CultureInfo.InvariantCulture);
        if (hours > 23 || minutes > 59) return null;
        var east = new TimeSpan(hours, minutes, 0);
        return offset[0] == '-' ? -east : east;
    }

    [GeneratedRegex(
        @"\A(?<minute>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2})"
        + @"(?::(?<second>[0-9]{2})(?:[.](?<fraction>[0-9]{1,30}))?)?(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?\z")]
    private static partial Regex Rfc3339();

    [GeneratedRegex(
        @"\AP(?:(?<weeks>[0-9]{1,6})W|(?:(?<days>[0-9]{1,7})D)?(?:T(?:(?<hours>[0-9]{1,9})H)?"
        + @"(?:(?<minutes>[0-9]{1,9})M)?(?:(?<seconds>[0-9]{1,12}(?:[.][0-9]{1,9})?)S)?)?)\z")]
    private static partial Regex Iso8601Duration();
}
