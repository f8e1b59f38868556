namespace S3Scheduler.Api.Tests.Storage;

/// <summary>Like a request body: forward only, of unknown length, in small pieces, perhaps with a fault.</summary>
internal sealed class ForwardOnlyStream(byte[] content, Exception? atEnd = null) : ForwardOnly
{
    private const int Piece = 5_000;
    private int _position;

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(Math.Min(buffer.Length, Piece), content.Length - _position);
        if (count == 0 && atEnd is not null && buffer.Length > 0) throw atEnd;
        content.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
