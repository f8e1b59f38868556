using System.Security.Cryptography;

namespace S3Scheduler.Api.Storage;

/// <summary>
/// Content that is too big to be held back until all of it has arrived. It is read once, as it arrives, and hashed on
/// the way, so that it can be compared with what is stored already.
/// </summary>
public sealed class StreamedContent : ReadOnceStream
{
    /// <summary>Smaller content waits in memory or a temporary file until it is stored; in bytes.</summary>
    public const long Threshold = 16L << 20;

    private readonly Stream _rest;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Stream _now;

    /// <param name="beginning">What has arrived, spooled; disposed when it has been read, or with this stream.</param>
    /// <param name="rest">What follows it.</param>
    public StreamedContent(Stream beginning, Stream rest) => (_now, _rest) = (beginning, rest);

    /// <summary>Returns small content spooled, so that it can be read again; else a stream that is read once.</summary>
    public static Task<Stream> OpenAsync(Spool spool, Stream content, CancellationToken cancellation) =>
        OpenAsync(spool, content, content, cancellation);

    /// <inheritdoc cref="OpenAsync(Spool, Stream, CancellationToken)"/>
    /// <param name="rest">What to read instead of the content once it turns out to be big.</param>
    public static async Task<Stream> OpenAsync(
        Spool spool, Stream content, Stream rest, CancellationToken cancellation)
    {
        var beginning = await spool.ReadAsync(content, Threshold, cancellation);
        return beginning.Length < Threshold ? beginning : new StreamedContent(beginning, rest);
    }

    /// <summary>How many bytes have been read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>
    /// Hands over the spooled beginning, which counts as read then. Null: it has another length, or is no longer whole.
    /// The caller disposes it.
    /// </summary>
    public async Task<Stream?> TakeBeginningAsync(long length, CancellationToken cancellation)
    {
        if (BytesRead > 0 || _now == _rest || _now.Length != length) return null;
        var buffer = new byte[64 * 1024];
        for (var read = 0L; read < length;) read += await ReadAsync(buffer, cancellation);
        var beginning = _now;
        _now = _rest;
        beginning.Position = 0;
        return beginning;
    }

    /// <summary>SHA-256 of the whole content: reads what has not been read yet. Call it once.</summary>
    public async Task<byte[]> HashAsync(CancellationToken cancellation)
    {
        await CopyToAsync(Null, cancellation);
        return _hash.GetHashAndReset();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _now.ReadAsync(buffer, cancellationToken);
        if (read == 0 && _now != _rest && !buffer.IsEmpty)
        {
            await _now.DisposeAsync(); // This frees its room on disk.
            read = await (_now = _rest).ReadAsync(buffer, cancellationToken);
        }

        _hash.AppendData(buffer.Span[..read]);
        BytesRead += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_now != _rest) _now.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
