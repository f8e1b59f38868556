namespace S3Scheduler.Api.Storage;

/// <summary>An object that is being read. Dispose it to give its connection or file back.</summary>
public sealed class StoredObject(ObjectInfo info, Stream content, IDisposable? owner = null) : IAsyncDisposable
{
    public ObjectInfo Info { get; } = info;

    /// <summary>The bytes, forward only.</summary>
    public Stream Content { get; } = content;

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        owner?.Dispose();
    }
}
