namespace S3Scheduler.Api.Http.Schedules;

/// <summary>The key of a schedule in the path of a request.</summary>
internal static class KeyInPath
{
    private const string Shape =
        "A key has the due time in UTC to the millisecond, the bucket, and the destination key with / written ~~, such "
        + "as 2030-01-01T00:00:00.000Z|reports|2026~~daily.json. In a path it is one segment, percent-encoded once. "
        + "GET /schedules lists the keys.";

    /// <exception cref="InvalidScheduleException">No schedule can have this key.</exception>
    public static ScheduleKey Read(string text) =>
        ScheduleKey.TryParse(text, out var key)
            ? key
            : throw new InvalidScheduleException(
                FieldNames.Key, $"'{Echo.Of(text)}' can't be a schedule's key. {Shape}");
}
