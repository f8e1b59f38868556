namespace S3Scheduler.Api.Storage;

/// <param name="Size">In bytes.</param>
/// <param name="ETag">As the server sent it, with its quotes; opaque.</param>
/// <param name="LastModified">By the server's clock, UTC; may be rounded down to the second.</param>
public sealed record ObjectInfo(long Size, string ETag, DateTimeOffset LastModified, ObjectAttributes Attributes);

/// <inheritdoc cref="ObjectInfo"/>
public sealed record ListedObject(string Key, long Size, string ETag, DateTimeOffset LastModified);

/// <param name="More">Whether there are keys after the last one of this page.</param>
public sealed record ObjectPage(IReadOnlyList<ListedObject> Objects, bool More, ServerTime Time);

/// <summary>An object that is being read. Disposing it closes its connection or file.</summary>
public sealed class StoredObject(ObjectInfo info, Stream content) : IAsyncDisposable
{
    public ObjectInfo Info { get; } = info;

    /// <summary>The bytes, forward only.</summary>
    public Stream Content { get; } = content;

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
