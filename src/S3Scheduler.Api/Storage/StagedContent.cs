namespace S3Scheduler.Api.Storage;

/// <summary>
/// Content that waits as an object of the store until it is known where it belongs. It can be read again and again, but
/// an adapter can copy it on the server instead. To dispose it deletes the object.
/// </summary>
/// <param name="length">In bytes.</param>
public sealed class StagedContent(IObjectStore store, ObjectAddress address, long length) : AsyncReadStream
{
    private StoredObject? _open;
    private long _position;

    public ObjectAddress Address { get; } = address;

    public override bool CanSeek => true;

    public override long Length { get; } = length;

    public override long Position
    {
        get => _position;
        set
        {
            if (value == _position) return;
            StopReading();
            _position = value;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length) return 0;
        _open ??= await store.GetAsync(Address, _position, cancellationToken) ?? throw Gone();
        var read = await _open.Content.ReadAsync(buffer, cancellationToken);
        _position += read;
        return read;
    }

    /// <summary>The client can send its request again.</summary>
    public StoreException Gone() => new("StagedContentGone",
        $"{Address} was deleted by somebody else before its content was scheduled.", isTransient: true);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        try
        {
            await store.DeleteAsync(Address.Bucket, [new DeleteTarget(Address.Key)], CancellationToken.None);
        }
        catch (StoreException)
        {
            // It stays for a day. What became of the schedule matters more.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) StopReading();
        base.Dispose(disposing);
    }

    private void StopReading()
    {
        _open?.Content.Dispose();
        _open = null;
    }
}
