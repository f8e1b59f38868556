namespace S3Scheduler.Api.Storage.Local;

/// <summary>S3's order of keys, that of their UTF-8 bytes, found without encoding them.</summary>
internal sealed class ByteOrder : IComparer<string>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(string? x, string? y) => Compare(x.AsSpan(), y.AsSpan());

    public static int Compare(ReadOnlySpan<char> x, ReadOnlySpan<char> y)
    {
        var same = x.CommonPrefixLength(y);
        return same == x.Length || same == y.Length
            ? x.Length.CompareTo(y.Length)
            : Rank(x[same]).CompareTo(Rank(y[same]));
    }

    // UTF-16 differs from UTF-8 only here: surrogates encode the characters after U+FFFF.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
