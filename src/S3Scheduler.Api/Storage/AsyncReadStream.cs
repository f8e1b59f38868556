namespace S3Scheduler.Api.Storage;

/// <summary>A stream that can only be read, and only asynchronously.</summary>
public abstract class AsyncReadStream : Stream
{
    public override bool CanRead => true;
    public override bool CanWrite => false;

    public abstract override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Its bytes can be read forward and once.</summary>
public abstract class ReadOnceStream : AsyncReadStream
{
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
}
