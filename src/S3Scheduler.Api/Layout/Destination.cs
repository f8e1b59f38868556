using System.Text;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Layout;

/// <summary>Where a schedule is delivered to: a bucket and a key in it, by S3's rules.</summary>
public sealed partial record Destination
{
    /// <summary>S3's limit for a key, in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = 1024;

    private static readonly string[] ReservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"];
    private static readonly string[] ReservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

    /// <exception cref="ArgumentException">The bucket or the key breaks S3's rules.</exception>
    public Destination(string bucket, string key)
    {
        if (FaultOfBucket(bucket) is { } bucketFault) throw new ArgumentException(bucketFault, nameof(bucket));
        if (FaultOfKey(key) is { } keyFault) throw new ArgumentException(keyFault, nameof(key));
        (Bucket, Key) = (bucket, key);
    }

    public string Bucket { get; }

    public string Key { get; }

    /// <summary>What is wrong with the name of a bucket, for the client that chose it; null if it is valid.</summary>
    public static string? FaultOfBucket(string bucket)
    {
        if (!BucketName().IsMatch(bucket))
            return "A bucket name has 3 to 63 of a-z, 0-9, '.' and '-', and starts and ends with a letter or digit.";
        if (bucket.Contains("..", StringComparison.Ordinal)) return "A bucket name has no two dots in a row.";
        if (IPv4Address().IsMatch(bucket)) return "A bucket name must not be an IP address.";
        if (Array.Find(ReservedPrefixes, p => bucket.StartsWith(p, StringComparison.Ordinal)) is { } prefix)
            return $"A bucket name does not start with '{prefix}'.";
        if (Array.Find(ReservedSuffixes, s => bucket.EndsWith(s, StringComparison.Ordinal)) is { } suffix)
            return $"A bucket name does not end with '{suffix}'.";
        return null;
    }

    /// <summary>What is wrong with a destination key, for the client that chose it; null if it is valid.</summary>
    public static string? FaultOfKey(string key)
    {
        if (key.Length == 0) return "A key has at least one character.";
        if (key.Contains('\0', StringComparison.Ordinal)) return "A key must not contain a NUL character.";
        if (!ObjectAddress.IsUnicode(key)) return "A key must be valid Unicode; this one has half of a surrogate pair.";
        var bytes = Encoding.UTF8.GetByteCount(key);
        return bytes <= MaxKeyBytes ? null : $"A key has at most {MaxKeyBytes} bytes of UTF-8; this one has {bytes}.";
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();

    [GeneratedRegex(@"\A\d+\.\d+\.\d+\.\d+\z", RegexOptions.ECMAScript)]
    private static partial Regex IPv4Address();
}
