using System.Diagnostics.CodeAnalysis;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// The identity of a schedule: <c>{dueAt}|{bucket}|{destination key, escaped}</c>. The bytes of keys sort by due time.
/// Two schedules are the same if and only if their keys are equal, or one is the <see cref="OtherForm"/> of the other.
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
        _text = Text(KeyEscaping.Escape(destination.Key));
    }

    private ScheduleKey(ScheduleKey same, string text) =>
        (DueAt, Destination, _text) = (same.DueAt, same.Destination, text);

    /// <summary>UTC, whole milliseconds.</summary>
    public DateTimeOffset DueAt { get; }

    public Destination Destination { get; }

    /// <summary>
    /// A schedule made before <c>? # ;</c> were escaped has the old form of its key for ever, and a later one the new
    /// form. Null: both are the same, as for nearly all keys.
    /// </summary>
    public ScheduleKey? OtherForm
    {
        get
        {
            var now = Text(KeyEscaping.Escape(Destination.Key));
            var before = Text(KeyEscaping.EscapeAsBefore(Destination.Key));
            return now == before ? null : new ScheduleKey(this, _text == now ? before : now);
        }
    }

    /// <summary>Reads what <see cref="ToString"/> writes, and nothing else.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ScheduleKey? key)
    {
        key = null;
        var parts = text.Split(Separator);
        if (parts.Length != 3
            || DueTime.TryRead(parts[0]) is not { } dueAt
            || Destination.FaultOfBucket(parts[1]) is not null
            || KeyEscaping.Unescape(parts[2]) is not { } destinationKey
            || Destination.FaultOfKey(destinationKey) is not null)
        {
            return false;
        }

        var parsed = new ScheduleKey(dueAt, new Destination(parts[1], destinationKey));
        key = parsed._text == text ? parsed : parsed.OtherForm;
        if (key?._text == text) return true;
        key = null; // not a canonical form
        return false;
    }

    /// <summary>The canonical form, new or old. Percent-encoded, it is one URL path segment.</summary>
    public override string ToString() => _text;

    private string Text(string escaped) => string.Join(Separator, DueTime.Write(DueAt), Destination.Bucket, escaped);
}
