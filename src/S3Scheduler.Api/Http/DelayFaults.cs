using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace S3Scheduler.Api.Http;

/// <summary>
/// Says what is wrong with a duration that <see cref="DueTime.ParseDelay"/> refused, and writes the same duration
/// right, where the text can mean only one.
/// </summary>
public static partial class DelayFaults
{
    private const string Rule =
        "A delay is an ISO 8601 duration of weeks, days, hours, minutes or seconds that ends before the year 10000, "
        + "such as PT10M.";

    /// <summary>No duration is longer. This also limits how long the expressions run.</summary>
    private const int MaxLength = 60;

    private static readonly string[] ClockUnits = ["h", "m", "s"];

    /// <param name="text">What the client wrote.</param>
    public static string Of(string text)
    {
        var read = $"'{Echo.Of(text)}'";
        if (text.Length > MaxLength) return $"{read} is not a duration. {Rule}";
        if (DueTime.Parse(text) is not null) return $"{read} is a time, not a duration. {Rule}";
        if (text.StartsWith('-')) return $"{read} is negative. {Rule}";
        if (Months().Match(text) is { Success: true } months)
            return $"{read} is in months, and their length differs. Write days, such as P30D, or "
                + $"PT{months.Groups["number"].Value}M if these are minutes.";
        if (Calendar().IsMatch(text))
            return $"{read} has years or months, and their length differs. Write days, such as P30D.";
        var (wrong, right) = Number().IsMatch(text) ? ("has no unit. If these are seconds, write", $"PT{text}S")
            : Clock().Match(text) is { Success: true } clock ? ("is not ISO 8601. Write", Iso8601(clock))
            : Parts().Match(text) is { Success: true } parts ? ("is not ISO 8601. Write", Iso8601(parts))
            : ("", "");
        return DueTime.ParseDelay(right) is not null
            ? $"{read} {wrong} {right}."
            : $"{read} is not a duration, or is too long. {Rule}";
    }

    private static string Iso8601(Match match)
    {
        var (numbers, units) = (match.Groups["number"].Captures, match.Groups["unit"].Captures);
        var seconds = 0m;
        for (var i = 0; i < numbers.Count; i++)
        {
            var number = decimal.Parse(numbers[i].Value.Replace(',', '.'), CultureInfo.InvariantCulture);
            seconds += number * Seconds(units.Count > 0 ? units[i].Value : ClockUnits[i]);
        }

        return seconds < DueTime.Max.Ticks / TimeSpan.TicksPerSecond
            ? XmlConvert.ToString(TimeSpan.FromTicks((long)Math.Ceiling(seconds * TimeSpan.TicksPerSecond)))
            : "";
    }

    private static decimal Seconds(string unit) => unit.ToLowerInvariant() switch
    {
        "ms" or ['m', 'i', 'l', ..] => 0.001m,
        ['w', ..] => 604_800,
        ['d', ..] => 86_400,
        ['h', ..] => 3_600,
        ['m', ..] => 60,
        _ => 1,
    };

    [GeneratedRegex(@"\AP(?<number>[0-9]{1,4})M\z", RegexOptions.IgnoreCase)]
    private static partial Regex Months();

    [GeneratedRegex(@"\AP[0-9.,]+[^T]*[YM]", RegexOptions.IgnoreCase)]
    private static partial Regex Calendar();

    [GeneratedRegex(@"\A[0-9]+(?:\.[0-9]+)?\z")]
    private static partial Regex Number();

    // As .NET and many others write it: hours, minutes, seconds.
    [GeneratedRegex(@"\A(?<number>[0-9]{1,4}):(?<number>[0-9]{2}):(?<number>[0-9]{2}(?:\.[0-9]{1,9})?)\z")]
    private static partial Regex Clock();

    [GeneratedRegex(
        @"\AP?(?:T?(?<number>[0-9]{1,12}(?:[.,][0-9]{1,9})?) ?(?<unit>ms|milliseconds?|weeks?|w|days?|d|hours?|hrs?|h"
        + @"|minutes?|mins?|m|seconds?|secs?|s) ?)+\z", RegexOptions.IgnoreCase)]
    private static partial Regex Parts();
}
