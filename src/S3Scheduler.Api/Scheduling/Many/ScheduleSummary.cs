using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Scheduling.Many;

/// <summary>How many schedules there are: in all, by time, by bucket, and by error code.</summary>
/// <param name="IsComplete">False: there are too many to count all of them.</param>
/// <param name="From">When the first one is due; null: none was seen.</param>
/// <param name="To">When the last one is due; null: none was seen.</param>
public sealed record ScheduleSummary(
    long Total, bool IsComplete, DateTimeOffset? From, DateTimeOffset? To, IReadOnlyList<SummaryBin> Bins,
    IReadOnlyList<BucketCount> Buckets, IReadOnlyList<CodeCount> Codes);

/// <summary>The schedules of a span of time.</summary>
/// <param name="From">When it begins, UTC.</param>
/// <param name="To">When it ends, UTC; this time is not part of it.</param>
/// <param name="Count">How many schedules it has.</param>
public sealed record SummaryBin(DateTimeOffset From, DateTimeOffset To, long Count);

/// <summary>The schedules to one destination bucket.</summary>
/// <param name="Bucket">The bucket; null: all buckets that are not named.</param>
/// <param name="Count">How many schedules there are.</param>
public sealed record BucketCount([property: JsonRequired] string? Bucket, long Count);

/// <summary>The schedules to one destination bucket that failed with the same error.</summary>
/// <param name="Bucket">The bucket; null: all buckets and codes that are not named.</param>
/// <param name="Code">The error code, such as NoSuchBucket; null if bucket is null.</param>
/// <param name="Count">How many schedules there are.</param>
public sealed record CodeCount(
    [property: JsonRequired] string? Bucket, [property: JsonRequired] string? Code, long Count);
