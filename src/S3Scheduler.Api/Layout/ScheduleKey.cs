using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// The identity of a schedule: <c>{dueAt}|{bucket}|{destination key, escaped}</c>. The bytes of keys sort by due time,
/// and two schedules are the same if and only if their keys are equal.
/// </summary>
public sealed record ScheduleKey
{
    private const char Separator = '|';

    private readonly string _text;

    /// <param name="dueAt">Up to <see cref="DueTime.Max"/>; rounded up to the millisecond.</param>
    public ScheduleKey(DateTimeOffset dueAt, Destination destination)
    {
        DueAt = DueTime.RoundUp(dueAt.ToUniversalTime());
        Destination = destination;
        _text = string.Join(
            Separator, DueTime.Write(DueAt), destination.Bucket, KeyEscaping.Escape(destination.Key));
    }

    /// <summary>UTC, whole milliseconds.</summary>
    public DateTimeOffset DueAt { get; }

    public Destination Destination { get; }

    /// <summary>Reads what <see cref="ToString"/> writes, and nothing else.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ScheduleKey? key)
    {
        key = null;
        var parts = text.Split(Separator);
        if (parts.Length != 3
            || !DateTimeOffset.TryParseExact(parts[0], DueTime.Format, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var dueAt)
            || Destination.FaultOfBucket(parts[1]) is not null
            || KeyEscaping.Unescape(parts[2]) is not { } destinationKey
            || Destination.FaultOfKey(destinationKey) is not null)
        {
            return false;
        }

        var parsed = new ScheduleKey(dueAt, new Destination(parts[1], destinationKey));
        if (parsed._text != text) return false; // not the canonical form
        key = parsed;
        return true;
    }

    /// <summary>The canonical form. Percent-encoded, it is one URL path segment.</summary>
    public override string ToString() => _text;
}
