using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Scheduling;

/// <summary>The content of a claim, as JSON.</summary>
/// <param name="Schedule">The key of the schedule that is claimed.</param>
/// <param name="Version">Tells that schedule from another one that has its key later.</param>
/// <param name="Again">The key under which the holder of the claim stores it.</param>
/// <param name="ScheduleId">The new schedule's; no other one has it.</param>
/// <param name="IsOver">The holder has given up, and does not know whether the new schedule is stored.</param>
public sealed partial record ClaimRecord(
    string Schedule, string Version, string Again, string ScheduleId, bool IsOver = false)
{
    private static readonly ObjectAttributes Attributes = new() { ContentType = "application/json" };

    public Task<PutResult> WriteAsync(
        IObjectStore store, ObjectAddress target, PutCondition condition, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, ClaimFormat.Default.ClaimRecord);
        return store.PutAsync(target, new MemoryStream(json), Attributes, condition, cancellation);
    }

    /// <summary>Null: there is no such claim, or its content is not one.</summary>
    public static async Task<ClaimRecord?> ReadAsync(
        IObjectStore store, ObjectAddress source, CancellationToken cancellation)
    {
        await using var stored = await store.GetAsync(source, cancellation);
        if (stored is null) return null;
        try
        {
            return await JsonSerializer.DeserializeAsync(
                stored.Content, ClaimFormat.Default.ClaimRecord, cancellation);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(ClaimRecord))]
    private sealed partial class ClaimFormat : JsonSerializerContext;
}
