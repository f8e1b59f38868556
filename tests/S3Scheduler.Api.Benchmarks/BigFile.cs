using System.Security.Cryptography;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>A file of seeded random bytes. Dispose deletes it.</summary>
internal sealed class BigFile : IDisposable
{
    private BigFile(string path, long length, string sha256) => (Path, Length, Sha256) = (path, length, sha256);

    public string Path { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    public string Sha256 { get; }

    public static BigFile Create(long length)
    {
        var path = System.IO.Path.GetTempFileName();
        var random = new Random(20261122);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenWrite(path);
        var buffer = new byte[1 << 20];
        for (var left = length; left > 0;)
        {
            var next = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            random.NextBytes(next);
            hash.AppendData(next);
            file.Write(next);
            left -= next.Length;
        }

        return new BigFile(path, length, Convert.ToHexString(hash.GetHashAndReset()));
    }

    public void Dispose() => File.Delete(Path);
}
