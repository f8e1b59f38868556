using System.Text;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Translates keys to relative paths, one to one. Each segment of a key is a folder or file with its own name. A byte
/// that a name cannot have is <c>%</c> and two hex digits; an empty segment is <c>%</c>; a long segment is split into
/// folders whose names end in <c>%</c>. So no path leaves its bucket's folder, and every name fits the file system.
/// </summary>
internal static class KeyPath
{
    private const char Escape = '%';

    // File systems allow 255. The rest is for what is appended to names.
    private const int MaxNameBytes = 200;

    public static string FromKey(string key) => string.Join('/', key.Split('/').SelectMany(Names));

    /// <summary>Null if no key has this path.</summary>
    public static string? ToKey(string path)
    {
        var prefix = ToPrefix(path);
        return prefix.EndsWith('/') && FromKey(prefix[..^1]) == path ? prefix[..^1] : null;
    }

    /// <summary>The prefix of all keys in this folder. Undefined for a folder that no key has.</summary>
    public static string ToPrefix(string folder)
    {
        var prefix = new StringBuilder();
        foreach (var name in folder.Split('/'))
        {
            prefix.Append(Uri.UnescapeDataString(name.TrimEnd(Escape)));
            var isContinued = name.Length > 1 && name[^1] == Escape;
            if (!isContinued) prefix.Append('/');
        }

        return prefix.ToString();
    }

    /// <summary>Whether a name equals the segment it stands for, as most do. This makes long lists fast.</summary>
    public static bool IsPlain(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
            if (char.IsSurrogate(c) || IsEscaped(c)) return false;
        return Encoding.UTF8.GetByteCount(name) <= MaxNameBytes && name is not ("." or "..");
    }

    private static IEnumerable<string> Names(string segment)
    {
        if (segment.Length == 0) yield return $"{Escape}";

        var name = new StringBuilder();
        var bytes = 0;
        foreach (var rune in segment.EnumerateRunes())
        {
            var isEscaped = rune.IsBmp && IsEscaped((char)rune.Value);
            var added = rune.Utf8SequenceLength * (isEscaped ? 3 : 1);
            if (bytes + added > MaxNameBytes)
            {
                yield return EscapeDots(name.ToString()) + Escape;
                name.Clear();
                bytes = 0;
            }

            name.Append(isEscaped ? Uri.EscapeDataString(rune.ToString()) : rune.ToString());
            bytes += added;
        }

        if (name.Length > 0) yield return EscapeDots(name.ToString());
    }

    // .NET reads bytes that are not UTF-8 in a file's name as U+FFFD.
    private static bool IsEscaped(char c) => c is < ' ' or Escape or '\u007f' or '\ufffd';

    private static string EscapeDots(string name) => name is "." or ".." ? name.Replace(".", "%2E") : name;
}
