using System.Security.Cryptography;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// A content too big to wait until all of it is there: read once, as it arrives, and hashed on the way, so that it can be
/// compared with what is stored already.
/// </summary>
public sealed class StreamedContent : ReadOnceStream
{
    /// <summary>What is smaller waits in memory or a temporary file until it is stored; in bytes.</summary>
    public const long Threshold = 16L << 20;

    private readonly Stream _rest;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Stream _now;

    /// <param name="beginning">What has arrived; disposed when it has been read, or with this.</param>
    /// <param name="rest">What follows it.</param>
    public StreamedContent(Stream beginning, Stream rest) => (_now, _rest) = (beginning, rest);

    /// <summary>All of a content that is small, and can be read again; else one that can't. The caller disposes it.</summary>
    public static Task<Stream> OpenAsync(Stream content, CancellationToken cancellation) =>
        OpenAsync(content, content, cancellation);

    /// <inheritdoc cref="OpenAsync(Stream, CancellationToken)"/>
    /// <param name="rest">What to read in place of the content, once it turns out to be big.</param>
    public static async Task<Stream> OpenAsync(Stream content, Stream rest, CancellationToken cancellation)
    {
        var beginning = await TemporaryContent.SpoolAsync(content, Threshold, cancellation);
        return beginning.Length < Threshold ? beginning : new StreamedContent(beginning, rest);
    }

    /// <summary>How much has been read, in bytes.</summary>
    public long BytesRead { get; private set; }

    /// <summary>SHA-256 of all of it; what has not been read yet is read now. To be called once.</summary>
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
            await _now.DisposeAsync(); // it needs no room on disk any more
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
