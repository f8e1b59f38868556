using System.Buffers;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// A random name in the metadata of every schedule. A copy keeps it, so it tells a delivered schedule from another
/// object with the same content.
/// </summary>
public static class ScheduleId
{
    public const string MetadataName = "schedule-id";

    /// <summary>Null if this service did not make the object.</summary>
    public static string? Of(ObjectInfo? info) => info?.Attributes.Metadata.GetValueOrDefault(MetadataName);
}

public static class RandomNames
{
    private const int Bytes = 16;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>A unique name of 32 hex digits.</summary>
    public static string NextName(this Random random)
    {
        var bytes = new byte[Bytes];
        random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Whether <see cref="NextName"/> can have made it.</summary>
    public static bool IsName(ReadOnlySpan<char> text) =>
        text.Length == 2 * Bytes && !text.ContainsAnyExcept(HexDigits);
}
