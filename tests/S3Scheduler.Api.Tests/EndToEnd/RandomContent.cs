using System.Security.Cryptography;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Random bytes from a seed, made while they are read: they are never in memory all at once.</summary>
/// <param name="atEnd">What happens after the last byte; null: the stream ends.</param>
internal sealed class RandomContent(long length, int seed, Func<CancellationToken, Task>? atEnd = null) : ForwardOnly
{
    private readonly Random _random = new(seed);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _left = length;

    /// <summary>The hash of all bytes that were read, once this is disposed.</summary>
    public string? Sha256 { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, _left)];
        _random.NextBytes(buffer);
        _hash.AppendData(buffer);
        _left -= buffer.Length;
        return buffer.Length;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 && atEnd is not null) await atEnd(cancellationToken);
        return await base.ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Sha256 is null)
        {
            Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
