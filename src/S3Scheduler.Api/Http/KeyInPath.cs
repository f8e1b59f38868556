using System.Diagnostics.CodeAnalysis;

namespace S3Scheduler.Api.Http;

/// <summary>The key of a schedule in the path of a request.</summary>
internal static class KeyInPath
{
    private const string Shape =
        "A key has the due time in UTC to the millisecond, the bucket, and the destination key with / written ~~, such "
        + "as 2030-01-01T00:00:00.000Z|reports|2026~~daily.json. In a path it is one segment, percent-encoded once. "
        + "GET /schedules lists the keys.";

    /// <summary>Reads a key, even if a gateway has percent-encoded it once more: no key has a <c>%</c>.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out ScheduleKey? key) =>
        ScheduleKey.TryParse(text, out key)
        || (text.Contains('%') && ScheduleKey.TryParse(Uri.UnescapeDataString(text), out key));

    /// <exception cref="InvalidScheduleException">No schedule can have this key.</exception>
    public static ScheduleKey Read(string text) => TryRead(text, out var key)
        ? key
        : throw new InvalidScheduleException("key", $"'{Echo.Of(text)}' can't be a schedule's key. {Shape}");
}
