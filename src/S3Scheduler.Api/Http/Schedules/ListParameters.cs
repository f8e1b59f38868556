using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>The query of <c>GET /schedules</c>, as text, so that each fault can name its parameter.</summary>
public sealed record ListParameters(
    [FromQuery(Name = "from")] string? From,
    [FromQuery(Name = "to")] string? To,
    [FromQuery(Name = "bucket")] string? Bucket,
    [FromQuery(Name = "keyPrefix")] string? KeyPrefix,
    [FromQuery(Name = "status")] string? Status,
    [FromQuery(Name = "limit")] string? Limit,
    [FromQuery(Name = "after")] string? After)
{
    public static readonly string[] Names = ["from", "to", "bucket", "keyPrefix", "status", "limit", "after"];

    /// <exception cref="InvalidScheduleException">Parameters are wrong; it names them all.</exception>
    public ScheduleQuery ToQuery()
    {
        var faults = new Dictionary<string, string[]>();
        var query = new ScheduleQuery(
            StatusName(faults), Time("from", From, faults), Time("to", To, faults), BucketName(faults), Key(faults), Count(faults),
            KeyStart(faults));
        return faults.Count == 0 ? query : throw new InvalidScheduleException(faults);
    }

    private ScheduleStatus StatusName(Dictionary<string, string[]> faults)
    {
        if (Status is not (null or "pending" or "failed")) faults["status"] = ["A status is pending or failed."];
        return Status == "failed" ? ScheduleStatus.Failed : ScheduleStatus.Pending;
    }

    private static DateTimeOffset? Time(string name, string? text, Dictionary<string, string[]> faults)
    {
        var time = text is null ? null : DueTime.Parse(text);
        if (text is not null && time is null)
            faults[name] = ["A time is RFC 3339, such as 2026-11-21T19:05:00Z; in a URL a + is written %2B."];
        return time;
    }

    private string? BucketName(Dictionary<string, string[]> faults)
    {
        if (Bucket is not null && Destination.FaultOfBucket(Bucket) is { } fault) faults["bucket"] = [fault];
        return Bucket;
    }

    private string? KeyStart(Dictionary<string, string[]> faults)
    {
        if (KeyPrefix is not null && Destination.FaultOfKey(KeyPrefix) is { } fault) faults["keyPrefix"] = [fault];
        return KeyPrefix is null ? null : Destination.WithoutSlash(KeyPrefix);
    }

    private ScheduleKey? Key(Dictionary<string, string[]> faults)
    {
        ScheduleKey? key = null;
        if (After is not null && !ScheduleKey.TryParse(After, out key)) faults["after"] = ["It is the next of a page before, or the key of a schedule."];
        return key;
    }

    private int Count(Dictionary<string, string[]> faults)
    {
        if (Limit is null) return ScheduleQuery.DefaultLimit;
        var count = 0;
        // The parser would let NULs follow.
        var isNumber = Limit.All(char.IsAsciiDigit) && int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out count);
        if (!isNumber || count is < 1 or > ScheduleQuery.MaxLimit) faults["limit"] = [$"A limit is 1 to {ScheduleQuery.MaxLimit}."];
        return count;
    }
}
