using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Storage;

/// <summary>What is stored with an object besides its content. Null is not set.</summary>
public sealed record ObjectAttributes
{
    public string? ContentType { get; init; }
    public string? CacheControl { get; init; }
    public string? ContentDisposition { get; init; }
    public string? ContentEncoding { get; init; }
    public string? ContentLanguage { get; init; }

    /// <summary>Lower-case names without <c>x-amz-meta-</c>, printable ASCII values, 2,048 bytes in total.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Whether the store can't read what it has stored, so that the other values are a guess. No store takes them back:
    /// a copy would look complete, and nobody would know what is missing.
    /// </summary>
    [JsonIgnore]
    public bool AreLost { get; init; }

    /// <summary>Whether all values are equal, metadata included; the order of the metadata does not matter.</summary>
    public bool IsSameAs(ObjectAttributes other) =>
        this with { Metadata = other.Metadata } == other && Entries(Metadata).SequenceEqual(Entries(other.Metadata));

    // Some servers, such as Ceph, store '_' in a metadata name as '-'. The two count as the same name.
    private static IEnumerable<(string, string)> Entries(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Select(entry => (entry.Key.Replace('_', '-'), entry.Value)).Order();
}
