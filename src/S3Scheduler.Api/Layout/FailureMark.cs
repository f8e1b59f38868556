using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// Says that a schedule has failed whose object could not be moved to <c>.failed</c>. The object stays where it is.
/// </summary>
/// <param name="Code">The error code that says why the schedule failed.</param>
/// <param name="ObjectKey">The key of the object with the content.</param>
/// <param name="Size">The content's, in bytes.</param>
/// <param name="ScheduleId">Null: the object has none.</param>
public sealed partial record FailureMark(string Code, string ObjectKey, long Size, string ETag, string? ScheduleId)
{
    /// <summary>The metadata that tells the error code without the mark's content.</summary>
    public const string CodeMetadataName = "failure-code";

    /// <summary>By the store's clock; may be rounded down to the second.</summary>
    [JsonIgnore]
    public DateTimeOffset WrittenAt { get; private init; }

    /// <param name="code">The error code that says why the schedule failed.</param>
    public static FailureMark Of(ObjectAddress source, ObjectInfo info, string code) =>
        new(ScheduleFolder.ErrorCode(code), source.Key, info.Size, info.ETag, Layout.ScheduleId.Of(info));

    /// <summary>
    /// Whether it means this object: a late upload may have used the key again. Without ids, two objects with one key
    /// and the same content are the same schedule.
    /// </summary>
    public bool Means(ObjectInfo? info) =>
        info is not null && (ScheduleId is { } id ? id == Layout.ScheduleId.Of(info) : info.ETag == ETag);

    /// <summary>Never overwrites: the earlier mark may mean another schedule.</summary>
    public Task<PutResult> WriteAsync(IObjectStore store, ObjectAddress target, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, MarkFormat.Default.FailureMark);
        var attributes = new ObjectAttributes
        {
            ContentType = "application/json",
            Metadata = new Dictionary<string, string> { [CodeMetadataName] = Code },
        };
        return store.PutAsync(target, new MemoryStream(json), attributes, PutCondition.IfAbsent, cancellation);
    }

    /// <summary>Null: there is no mark, or its content is not one.</summary>
    public static async Task<FailureMark?> ReadAsync(
        IObjectStore store, ObjectAddress source, CancellationToken cancellation)
    {
        if (Encoding.UTF8.GetByteCount(source.Key) > Destination.MaxKeyBytes) return null; // S3 would refuse to look
        await using var stored = await store.GetAsync(source, cancellation);
        if (stored is null) return null;
        try
        {
            var mark = await JsonSerializer.DeserializeAsync(
                stored.Content, MarkFormat.Default.FailureMark, cancellation);
            return mark is null ? null : mark with { WrittenAt = stored.Info.LastModified };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(FailureMark))]
    private sealed partial class MarkFormat : JsonSerializerContext;
}
