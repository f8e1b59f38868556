using System.Text;

namespace S3Scheduler.Api.Storage;

/// <param name="Key">1 to 1,024 bytes of UTF-8, used literally; <c>..</c> has no special meaning.</param>
public readonly record struct ObjectAddress(string Bucket, string Key)
{
    /// <summary>Half of a surrogate pair has no UTF-8, so no store can have such a key.</summary>
    public bool HasUnicodeKey => IsUnicode(Key);

    public static bool IsUnicode(string key) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(key)) == key;

    public override string ToString() => $"{Bucket}/{Key}";
}
