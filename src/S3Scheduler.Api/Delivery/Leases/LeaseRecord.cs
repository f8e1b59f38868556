using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Delivery.Leases;

/// <summary>The content of a sweep lease, as JSON.</summary>
/// <param name="Owner">A random name of the process that wrote it.</param>
/// <param name="Nonce">Random for each request: tells whether this process wrote it if the response was lost.</param>
/// <param name="Duration">How long it keeps other processes out after it was written.</param>
/// <param name="Unresolved">The destination buckets with deliveries of unknown outcome; null: all.</param>
/// <param name="UnresolvedUntil">Those are of schedules due by this time, or by its end if that is later.</param>
public sealed partial record LeaseRecord(
    long Number, LeaseState State, string Owner, string Nonce, TimeSpan Duration, IReadOnlyList<string>? Unresolved,
    DateTimeOffset? UnresolvedUntil = null)
{
    private static readonly ObjectAttributes Attributes = new() { ContentType = "application/json" };

    private static readonly TimeSpan MaxDuration = TimeSpan.FromHours(1);

    [JsonIgnore]
    public bool IsOver => State is LeaseState.Closed or LeaseState.Unresolved;

    /// <summary>By the store's clock; may be rounded down to the second.</summary>
    [JsonIgnore]
    public DateTimeOffset WrittenAt { get; private init; }

    public Task<PutResult> WriteAsync(
        IObjectStore store, ObjectAddress target, PutCondition condition, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, LeaseFormat.Default.LeaseRecord);
        return store.PutAsync(target, new MemoryStream(json), Attributes, condition, cancellation);
    }

    /// <summary>Null: there is no such lease, or its content is not one.</summary>
    public static async Task<LeaseRecord?> ReadAsync(
        IObjectStore store, ObjectAddress source, CancellationToken cancellation)
    {
        await using var stored = await store.GetAsync(source, cancellation);
        if (stored is null) return null;
        try
        {
            var record = await JsonSerializer.DeserializeAsync(
                stored.Content, LeaseFormat.Default.LeaseRecord, cancellation);
            return record?.Duration > TimeSpan.Zero && record.Duration <= MaxDuration
                ? record with { WrittenAt = stored.Info.LastModified }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSourceGenerationOptions(
        JsonSerializerDefaults.Web, UseStringEnumConverter = true, RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(LeaseRecord))]
    private sealed partial class LeaseFormat : JsonSerializerContext;
}

public enum LeaseState
{
    /// <summary>The sweep is under way, or its process died.</summary>
    Open,

    /// <summary>The outcome of every copy is known, and every delete was acknowledged.</summary>
    Closed,

    /// <summary>The sweep is over, and some outcomes are unknown.</summary>
    Unresolved,
}

/// <summary>What all leases of a process have in common.</summary>
public sealed class LeaseTerms(SchedulerOptions options, TimeProvider time, Random random)
{
    private readonly string _owner = random.NextName();

    /// <summary>A random name of this process.</summary>
    public string Owner => _owner;

    public TimeSpan Duration => options.LeaseDuration;

    public TimeProvider Time => time;

    /// <param name="until">Nothing that is due later was delivered before this lease.</param>
    public LeaseRecord Open(long number, DateTimeOffset until) =>
        new(number, LeaseState.Open, _owner, random.NextName(), Duration, null, until);

    public LeaseRecord Ended(long number, IReadOnlyList<string>? unresolved, DateTimeOffset until) => unresolved is []
        ? new(number, LeaseState.Closed, _owner, random.NextName(), Duration, unresolved)
        : new(number, LeaseState.Unresolved, _owner, random.NextName(), Duration, unresolved, until);
}
