namespace S3Scheduler.Api.Tests.Support;

/// <summary>A stream that is read once. A test only says which bytes come next.</summary>
internal abstract class ForwardOnly : ReadOnceStream
{
    public abstract override int Read(Span<byte> buffer);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Read(buffer.Span);
    }
}
