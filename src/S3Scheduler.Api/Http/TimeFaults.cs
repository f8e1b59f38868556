using System.Globalization;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Http;

/// <summary>
/// Says what is wrong with a time that <see cref="DueTime.Parse"/> refused, and writes the same time right, where the
/// text can mean only one.
/// </summary>
public static partial class TimeFaults
{
    private const string Rule =
        "A time is RFC 3339 and before the year 10000, such as 2026-11-21T19:05:00Z; without an offset it is UTC.";

    /// <summary>No time is longer. This also limits how long the expressions run.</summary>
    private const int MaxLength = 60;

    /// <summary>A text can have so many slips, such as a day first and an offset without a colon.</summary>
    private const int MaxSlips = 4;

    private static readonly Slip[] Slips =
    [
        new(SpaceAtAnEnd(), "has a space at an end", m => m.Groups["time"].Value),
        new(DateAlone(), "is a date without a time of day", m => $"{m.Value}T00:00:00Z"),
        new(Basic(), "has no hyphens and colons", m => m.Result("${y}-${mo}-${d}") + TimeOfDay(m)),
        new(Epoch(), "is a number", SinceEpoch),
        new(DayAndMonth(), "does not begin with the year", DayFirst),
        new(HourAlone(), "has no minutes", m => m.Result("${hour}:00${offset}")),
        new(Comma(), "has a comma before the fraction", m => m.Result("${time}.${rest}")),
        new(ZoneInBrackets(), "has the name of a time zone", m => m.Groups["time"].Value),
        new(Utc(), "has the name of a time zone", m => m.Result("${time}Z")),
        new(LostPlus(), "has a space where the + of the offset was (in a URL it is %2B)", m =>
            m.Result("${time}+${offset}")),
        new(Offset(), "has an offset that is not written as +hh:mm", m =>
            $"{m.Groups["time"].Value}{(m.Groups["sign"].Value == "+" ? '+' : '-')}{Two(m, "h")}:"
            + (m.Groups["m"].Success ? m.Groups["m"].Value : "00")),
        new(YearFirst(), "is not written as yyyy-MM-ddTHH:mm:ss", m =>
            $"{m.Groups["y"].Value}-{Two(m, "mo")}-{Two(m, "d")}"
            + (m.Groups["h"].Success ? $"T{Two(m, "h")}:{m.Groups["rest"].Value}" : "")),
        new(Midnight(), "has the hour 24", m => NextDay(m.Groups["date"].Value) is { } next
            ? $"{next}T00:00:00{m.Groups["offset"].Value}" : ""),
    ];

    /// <param name="text">What the client wrote.</param>
    public static string Of(string text)
    {
        var read = $"'{Echo.Of(text)}'";
        if (text.Length > MaxLength) return $"{read} is not a time. {Rule}";
        if (BothOrders(text) is { } orders) return $"{read} can be two days. Write {orders}.";
        if (DueTime.ParseDelay(text) is not null) return $"{read} is a duration, not a time. {Rule}";
        if (OfHttp(text) is { } time) return $"{read} is a date of HTTP. Write {time}.";
        if (Mended(text).FirstOrDefault() is { Slip: { } first } && Mend(text, MaxSlips) is { } right)
            return $"{read} {first.Wrong}. {Advice(text)} {right}.";
        return Rfc3339().IsMatch(text)
            ? $"{read} has a part that does not exist, or is not in the years 1 to 9999. {Rule}"
            : $"{read} is not a time. {Rule}";
    }

    private static string Advice(string text) => Epoch().Match(text) is { Success: true } number
        ? $"If it is the {Unit(number).Name} since 1970, write"
        : DateAlone().IsMatch(text) ? "For midnight in UTC write" : "Write";

    // Null: it can't be told what was meant.
    private static string? Mend(string text, int slips)
    {
        if (DueTime.Parse(text) is not null) return text;
        if (slips == 0 || BothOrders(text) is not null) return null;
        return Mended(text).Select(m => Mend(m.Right, slips - 1)).FirstOrDefault(right => right is not null);
    }

    private static IEnumerable<(Slip Slip, string Right)> Mended(string text) =>
        from slip in Slips
        let match = slip.Text.Match(text)
        where match.Success
        let right = slip.Right(match)
        where right != text
        select (slip, right);

    private static string? BothOrders(string text)
    {
        var match = DayAndMonth().Match(text);
        if (!match.Success || !IsMonth(match, "a") || !IsMonth(match, "b") || Two(match, "a") == Two(match, "b"))
            return null;
        var (year, time) = (match.Groups["y"].Value, "T00:00:00Z");
        return $"{year}-{Two(match, "a")}-{Two(match, "b")}{time} or {year}-{Two(match, "b")}-{Two(match, "a")}{time}, "
            + "or with another time of day";
    }

    private static string DayFirst(Match match)
    {
        var (day, month) = IsMonth(match, "b") ? ("a", "b") : ("b", "a");
        return $"{match.Groups["y"].Value}-{Two(match, month)}-{Two(match, day)}{match.Groups["rest"].Value}";
    }

    private static bool IsMonth(Match match, string group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) is >= 1 and <= 12;

    private static string SinceEpoch(Match match)
    {
        var ticks = decimal.Parse(match.Value, CultureInfo.InvariantCulture) * Unit(match).Ticks;
        return ticks < (DueTime.Max - DateTimeOffset.UnixEpoch).Ticks
            ? DueTime.Write(DueTime.RoundUp(DateTimeOffset.UnixEpoch.AddTicks((long)ticks)))
            : "";
    }

    // The unit with which it is a time of this age.
    private static (string Name, decimal Ticks) Unit(Match number) => number.Groups["whole"].Length switch
    {
        <= 11 => ("seconds", TimeSpan.TicksPerSecond),
        <= 14 => ("milliseconds", TimeSpan.TicksPerMillisecond),
        <= 17 => ("microseconds", TimeSpan.TicksPerMicrosecond),
        _ => ("nanoseconds", 0.01m),
    };

    private static string? OfHttp(string text) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? DueTime.Write(time)
            : null;

    private static string? NextDay(string date) =>
        DueTime.Parse($"{date}T00:00Z") is { } day && day < DueTime.Max.AddDays(-1)
            ? DueTime.Write(day.AddDays(1))[..date.Length]
            : null;

    private static string TimeOfDay(Match match)
    {
        if (!match.Groups["h"].Success) return "";
        var second = match.Groups["s"].Success ? match.Groups["s"].Value : "00";
        return match.Result("T${h}:${mi}:") + second + match.Groups["offset"].Value;
    }

    private static string Two(Match match, string group) => match.Groups[group].Value.PadLeft(2, '0');

    /// <param name="Text">The texts that have it.</param>
    /// <param name="Right">The text without it; it may have another.</param>
    private sealed record Slip(Regex Text, string Wrong, Func<Match, string> Right);

    [GeneratedRegex(@"\A(?:\s+(?<time>.*?)\s*|(?<time>.*?)\s+)\z")]
    private static partial Regex SpaceAtAnEnd();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    private static partial Regex DateAlone();

    [GeneratedRegex(@"\A(?<y>[0-9]{4})(?<mo>[0-9]{2})(?<d>[0-9]{2})"
        + @"(?:T(?<h>[0-9]{2})(?<mi>[0-9]{2})(?<s>[0-9]{2})?(?<offset>Z|[+-][0-9:]+)?)?\z")]
    private static partial Regex Basic();

    [GeneratedRegex(@"\A(?<whole>[0-9]{9,19})(?:\.[0-9]{1,9})?\z")]
    private static partial Regex Epoch();

    [GeneratedRegex(@"\A(?<a>[0-9]{1,2})(?<bar>[/.-])(?<b>[0-9]{1,2})\k<bar>(?<y>[0-9]{4})(?<rest>[T ].*)?\z")]
    private static partial Regex DayAndMonth();

    [GeneratedRegex(@"\A(?<y>[0-9]{4})(?<bar>[/.-])(?<mo>[0-9]{1,2})\k<bar>(?<d>[0-9]{1,2})"
        + @"(?:[Tt ](?<h>[0-9]{1,2}):(?<rest>.*))?\z")]
    private static partial Regex YearFirst();

    [GeneratedRegex(@"\A(?<hour>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2})(?<offset>Z|[+-][0-9]{2}:[0-9]{2})?\z")]
    private static partial Regex HourAlone();

    [GeneratedRegex(@"\A(?<time>.*[0-9]),(?<rest>[0-9].*)\z")]
    private static partial Regex Comma();

    [GeneratedRegex(@"\A(?<time>.*)\[[A-Za-z0-9/_+-]+\]\z")]
    private static partial Regex ZoneInBrackets();

    [GeneratedRegex(@"\A(?<time>.*[0-9]) ?(?:UTC|GMT)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Utc();

    [GeneratedRegex(@"\A(?<time>.*:[0-9.]+) (?<offset>[0-9]{2}:?[0-9]{2})\z")]
    private static partial Regex LostPlus();

    [GeneratedRegex(@"\A(?<time>.*:[0-9.]+) ?(?<sign>[+\u2212-])(?<h>[0-9]{1,2})(?::?(?<m>[0-9]{2}))?\z")]
    private static partial Regex Offset();

    [GeneratedRegex(@"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]24:00(?::00(?:\.0+)?)?(?<offset>Z|[+-].*)?\z")]
    private static partial Regex Midnight();

    [GeneratedRegex(@"\A[0-9]{4,}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,30})?)?"
        + @"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?\z")]
    private static partial Regex Rfc3339();
}
