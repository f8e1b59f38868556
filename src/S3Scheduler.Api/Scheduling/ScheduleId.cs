using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// A random name in the metadata of every schedule. A copy carries it along, so it tells a delivered schedule from
/// another one with the same bytes.
/// </summary>
public static class ScheduleId
{
    public const string MetadataName = "schedule-id";

    private const int Bytes = 16;

    public static ObjectAttributes AddTo(ObjectAttributes attributes, Random random)
    {
        var id = new byte[Bytes];
        random.NextBytes(id);
        var metadata = new Dictionary<string, string>(attributes.Metadata) { [MetadataName] = Convert.ToHexStringLower(id) };
        return attributes with { Metadata = metadata };
    }

    public static ObjectAttributes RemoveFrom(ObjectAttributes attributes)
    {
        var metadata = new Dictionary<string, string>(attributes.Metadata);
        metadata.Remove(MetadataName);
        return attributes with { Metadata = metadata };
    }
}
