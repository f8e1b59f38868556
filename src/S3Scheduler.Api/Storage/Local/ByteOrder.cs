namespace S3Scheduler.Api.Storage.Local;

/// <summary>The order of S3's lists, that of UTF-8 bytes, told from UTF-16 without encoding it.</summary>
internal sealed class ByteOrder : IComparer<string>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var same = x.AsSpan().CommonPrefixLength(y);
        return same == x!.Length || same == y!.Length
            ? x.Length.CompareTo(y!.Length)
            : Rank(x[same]).CompareTo(Rank(y[same]));
    }

    // UTF-16 and UTF-8 differ in this alone: surrogates stand for what comes after U+FFFF.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
