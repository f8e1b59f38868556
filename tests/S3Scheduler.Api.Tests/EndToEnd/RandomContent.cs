using System.Security.Cryptography;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Seeded random bytes, made as they are read: nowhere are they all at once.</summary>
internal sealed class RandomContent(long length, int seed) : ForwardOnly
{
    private readonly Random _random = new(seed);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _left = length;

    /// <summary>Of all bytes read, once this is disposed.</summary>
    public string? Sha256 { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, _left)];
        _random.NextBytes(buffer);
        _hash.AppendData(buffer);
        _left -= buffer.Length;
        return buffer.Length;
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
