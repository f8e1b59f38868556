using System.Text;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Layout;

/// <summary>Where a schedule is delivered to: a bucket and a key in it, by S3's rules.</summary>
public sealed partial record Destination
{
    /// <summary>S3's limit for a key, in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = SegmentLimit.WholeKey;

    // AWS ends the aliases of access points so, also those on Outposts and of Object Lambda.
    private static readonly string[] AliasSuffixes = ["-s3alias", "--op-s3", "--ol-s3"];

    /// <exception cref="ArgumentException">The bucket or the key breaks S3's rules.</exception>
    public Destination(string bucket, string key)
    {
        if (FaultOfBucket(bucket) is { } bucketFault) throw new ArgumentException(bucketFault, nameof(bucket));
        if (FaultOfKey(key) is { } keyFault) throw new ArgumentException(keyFault, nameof(key));
        (Bucket, Key) = (bucket, key);
    }

    public string Bucket { get; }

    public string Key { get; }

    /// <summary>For people: the key may have any character.</summary>
    public override string ToString() => $"{Bucket}/{Key}";

    /// <summary>
    /// What is wrong with the name of a bucket, for the client that chose it; null if it is valid. Valid is what AWS
    /// takes in a request for an object: also names that no new bucket can have, such as old ones and aliases.
    /// </summary>
    public static string? FaultOfBucket(string bucket)
    {
        if (BucketName().IsMatch(bucket)) return null;
        return bucket.StartsWith("arn:", StringComparison.Ordinal)
            ? "Give the bucket's name or the access point's alias, which ends with '-s3alias', instead of the ARN."
            : "A bucket name has 3 to 255 of A-Z, a-z, 0-9, '.', '-' and '_', and starts with a letter or digit.";
    }

    /// <summary>Whether it is another name for a bucket, which can be any bucket.</summary>
    public static bool IsAlias(string bucket) =>
        AliasSuffixes.Any(suffix => bucket.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>What is wrong with a destination key, for the client that chose it; null if it is valid.</summary>
    public static string? FaultOfKey(string key)
    {
        if (key.Length == 0) return "A key has at least one character.";
        if (key.Contains('\0', StringComparison.Ordinal)) return "A key must not contain a NUL character.";
        if (!ObjectAddress.IsUnicode(key)) return "A key must be valid Unicode; this one has half of a surrogate pair.";
        var bytes = Encoding.UTF8.GetByteCount(key);
        return bytes <= MaxKeyBytes ? null : $"A key has at most {MaxKeyBytes} bytes of UTF-8; this one has {bytes}.";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{2,254}\z")]
    private static partial Regex BucketName();
}
