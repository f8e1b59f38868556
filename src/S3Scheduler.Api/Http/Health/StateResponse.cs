using System.Text.Json.Serialization;
using static System.Text.Json.Serialization.JsonIgnoreCondition;

namespace S3Scheduler.Api.Http.Health;

/// <summary>What this process knows of itself and its store, for an operator. Times are the store's, UTC.</summary>
/// <param name="Version">Of the service.</param>
/// <param name="Lease">Left out: there is none, or the store is out of reach.</param>
/// <param name="Held">Destinations that wait because they have failed; the 100 that failed most often.</param>
/// <param name="Problems">What is wrong, in words; empty: nothing.</param>
public sealed record StateResponse(
    string Version, StoreState Store, ClockState Clock,
    [property: JsonIgnore(Condition = WhenWritingNull)] LeaseInfo? Lease, SweepState Sweeps,
    IReadOnlyList<HeldResponse> Held, SpoolState Spool, ReceiptsState Receipts, IReadOnlyList<string> Problems);

/// <param name="Place">Its address and region, or its directory.</param>
/// <param name="Fault">The error code, if it can't be reached now; else left out.</param>
public sealed record StoreState(
    string Place, string Bucket, string Folder,
    [property: JsonIgnore(Condition = WhenWritingNull)] string? Fault);

/// <param name="Earliest">The store's clock has reached this; left out if it is unknown.</param>
/// <param name="Latest">The store's clock has not passed this; left out if it is unknown.</param>
/// <param name="WidthMs">How far these are apart, in milliseconds; left out if that is unknown.</param>
/// <param name="IsInDoubt">The store's responses disagree. Nothing falls due until they agree.</param>
/// <param name="Steps">How many times it was set since the start.</param>
public sealed record ClockState(
    [property: JsonIgnore(Condition = WhenWritingNull)] DateTimeOffset? Earliest,
    [property: JsonIgnore(Condition = WhenWritingNull)] DateTimeOffset? Latest,
    [property: JsonIgnore(Condition = WhenWritingNull)] long? WidthMs, bool IsInDoubt, int Steps);

/// <summary>The newest sweep lease.</summary>
/// <param name="State">Open, closed or unresolved.</param>
/// <param name="Owner">A random name of the process that wrote it.</param>
/// <param name="IsOwn">Whether that is this process.</param>
/// <param name="AgeSeconds">Since it was written or renewed; to about a second.</param>
public sealed record LeaseInfo(long Number, string State, string Owner, bool IsOwn, double AgeSeconds);

/// <param name="LastLookSeconds">How long ago this process looked at the folder; left out: it has not yet.</param>
/// <param name="OldestDueSeconds">How long ago the oldest one that is due was due; 0: none is, as far as known.</param>
/// <param name="PendingDue">How many are due, as far as known.</param>
public sealed record SweepState(
    [property: JsonIgnore(Condition = WhenWritingNull)] double? LastLookSeconds,
    double OldestDueSeconds, long PendingDue);

/// <param name="Reason">An error code, or another word.</param>
/// <param name="Tries">How many have failed since the last success.</param>
/// <param name="IsWholeBucket">Whether the pause holds for all destinations in the bucket.</param>
/// <param name="PauseSeconds">Until the next try; 0: it is being tried.</param>
public sealed record HeldResponse(
    string Bucket, string Key, string Reason, int Tries, bool IsWholeBucket, double PauseSeconds);

/// <summary>The room for content that waits on the disk, in bytes.</summary>
public sealed record SpoolState(long UsedBytes, long MaxBytes);

/// <param name="Unrecorded">Deliveries whose receipts could not be stored yet.</param>
/// <param name="Undeleted">Delivered schedules that the store refuses to delete.</param>
public sealed record ReceiptsState(int Unrecorded, int Undeleted);
