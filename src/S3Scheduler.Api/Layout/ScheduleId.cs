using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// A random name in the metadata of every schedule. A copy carries it along, so it tells a delivered schedule from
/// another one with the same bytes.
/// </summary>
public static class ScheduleId
{
    public const string MetadataName = "schedule-id";

    public static ObjectAttributes AddTo(ObjectAttributes attributes, Random random)
    {
        var metadata = new Dictionary<string, string>(attributes.Metadata) { [MetadataName] = random.NextName() };
        return attributes with { Metadata = metadata };
    }

    public static ObjectAttributes RemoveFrom(ObjectAttributes attributes)
    {
        var metadata = new Dictionary<string, string>(attributes.Metadata);
        metadata.Remove(MetadataName);
        return attributes with { Metadata = metadata };
    }

    /// <summary>Null: the object was not made by this service.</summary>
    public static string? Of(ObjectInfo? info) => info?.Attributes.Metadata.GetValueOrDefault(MetadataName);
}
