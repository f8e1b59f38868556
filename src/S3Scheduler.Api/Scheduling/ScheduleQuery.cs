namespace S3Scheduler.Api.Scheduling;

/// <summary>Which pending or failed schedules to list.</summary>
/// <param name="From">Due at this time or later.</param>
/// <param name="To">Due before this time.</param>
/// <param name="Bucket">The destination bucket; null: any.</param>
/// <param name="After">Only schedules that follow this one.</param>
/// <param name="Limit">How many at most; 1 to 1,000.</param>
/// <param name="KeyPrefix">What the destination key starts with; null: anything.</param>
public sealed record ScheduleQuery(
    ScheduleStatus Status, DateTimeOffset? From, DateTimeOffset? To, string? Bucket, ScheduleKey? After, int Limit,
    string? KeyPrefix = null)
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    public static ScheduleQuery OfFailed(string? bucket, ScheduleKey? after) =>
        new(ScheduleStatus.Failed, null, null, bucket, after, MaxLimit);

    /// <summary>Only schedules to these destinations; null: to all.</summary>
    public AllowedDestinations? Within { get; init; }

    /// <summary>Only schedules that failed with this error code; null: with any.</summary>
    public string? Code { get; init; }

    /// <summary>Only pending schedules that were stored before this time, in whole seconds; null: at any.</summary>
    public DateTimeOffset? StoredBefore { get; init; }

    /// <summary>Whether not only the due time decides which schedules are listed.</summary>
    public bool HasFilter => Bucket is not null || KeyPrefix is not null || Code is not null || Within is not null
        || StoredBefore is not null;

    public bool Takes(ScheduleEntry entry) => !entry.IsLeftOut && !entry.IsEndOfPage
        && Takes(entry.Position.Destination, Bucket, KeyPrefix, Within)
        && (Code is null || entry.Schedule?.Failure?.Code == Code)
        && (StoredBefore is null || entry.Schedule?.CreatedAt < StoredBefore);

    /// <param name="bucket">Null, as for the others: any.</param>
    internal static bool Takes(
        Destination destination, string? bucket, string? keyPrefix, AllowedDestinations? within) =>
        (bucket is null || destination.Bucket == bucket) && within?.Allows(destination) != false
        && (keyPrefix is null || destination.Key.StartsWith(keyPrefix, StringComparison.Ordinal));
}

public enum ScheduleStatus
{
    Pending,
    Failed,

    /// <summary>Only its receipt is left.</summary>
    Delivered,
}

/// <param name="Next">Where the next page starts; null: there is none.</param>
public sealed record SchedulePage(IReadOnlyList<Schedule> Schedules, ScheduleKey? Next);
