namespace S3Scheduler.Api.Tests.Support;

/// <summary>Sorts strings by their UTF-8 bytes, which is the order of code points but not of UTF-16.</summary>
public sealed class Utf8Order : IComparer<string>
{
    public static readonly Utf8Order Instance = new();

    public int Compare(string? x, string? y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x!.Length || common == y!.Length
            ? x.Length - y!.Length
            : Place(x[common]) - Place(y[common]);
    }

    private static int Place(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
