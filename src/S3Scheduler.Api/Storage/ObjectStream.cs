namespace S3Scheduler.Api.Storage;

/// <summary>
/// The content of one object as a stream that can seek. Reading requests the content from the present position. It
/// fails if the object was deleted or replaced after the stream was made.
/// </summary>
public sealed class ObjectStream : AsyncReadStream
{
    private readonly IObjectStore _store;
    private StoredObject? _open;
    private long _openAt;

    private ObjectStream(IObjectStore store, ObjectAddress source, ObjectInfo info, StoredObject? open) =>
        (_store, Source, Info, _open) = (store, source, info, open);

    public ObjectAddress Source { get; }

    public ObjectInfo Info { get; }

    /// <summary>One request; null if the object does not exist. The caller disposes the result.</summary>
    /// <param name="openImmediately">True: the request is a GET, and reading from the beginning needs no other.</param>
    public static async Task<ObjectStream?> FindAsync(
        IObjectStore store, ObjectAddress source, bool openImmediately, CancellationToken cancellation)
    {
        var open = openImmediately ? await store.GetAsync(source, cancellation) : null;
        var info = openImmediately ? open?.Info : await store.HeadAsync(source, cancellation);
        return info is null ? null : new ObjectStream(store, source, info, open);
    }

    public override bool CanSeek => true;
    public override long Length => Info.Size;
    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length) return 0;
        if (_open is null || _openAt != Position) await OpenAsync(cancellationToken);
        var read = await _open!.Content.ReadAsync(buffer, cancellationToken);
        Position = _openAt += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Current => Position,
        SeekOrigin.End => Length,
        _ => 0,
    };

    public override async ValueTask DisposeAsync()
    {
        if (_open is not null) await _open.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        if (_open is not null) await _open.DisposeAsync();
        _open = null;
        (_open, _openAt) = (await TryOpenAsync(cancellation), Position);
        if (_open?.Info.ETag != Info.ETag)
        {
            throw new StoreException(
                "Changed", $"{Source} was deleted or replaced while it was read.", isTransient: true);
        }
    }

    private async Task<StoredObject?> TryOpenAsync(CancellationToken cancellation)
    {
        try
        {
            return await _store.GetAsync(Source, Position, cancellation);
        }
        catch (StoreException fault) when (fault.Code == StoreException.InvalidRange)
        {
            return null; // replaced by a shorter object
        }
    }
}
