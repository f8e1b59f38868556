namespace S3Scheduler.Api.Storage;

/// <summary>What is kept with an object besides its bytes. Null: not set.</summary>
public sealed record ObjectAttributes
{
    public string? ContentType { get; init; }
    public string? CacheControl { get; init; }
    public string? ContentDisposition { get; init; }
    public string? ContentEncoding { get; init; }
    public string? ContentLanguage { get; init; }

    /// <summary>User metadata: lower-case names without <c>x-amz-meta-</c>, printable ASCII values, 2,048 bytes in all.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Value by value, metadata included; the order of the metadata does not count.</summary>
    public bool IsSameAs(ObjectAttributes other) =>
        this with { Metadata = other.Metadata } == other && Entries(Metadata).SequenceEqual(Entries(other.Metadata));

    // Some servers keep a _ in a name as a -, as CGI does: that makes no other object of it.
    private static IEnumerable<(string, string)> Entries(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Select(entry => (entry.Key.Replace('_', '-'), entry.Value)).Order();
}
