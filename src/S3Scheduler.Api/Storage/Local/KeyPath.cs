using System.Text;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Keys as relative paths, one to one: each segment is a folder or file of its own name. Bytes that a name can't have
/// are <c>%</c> and two hex digits, an empty segment is a bare <c>%</c>, and a long one goes on in folders whose names
/// end in a bare <c>%</c>. So no key leaves its bucket's folder, and none needs a name the file system can't hold.
/// </summary>
internal sealed class KeyPath
{
    public static readonly KeyPath Posix = new("", MendDots);
    public static readonly KeyPath Windows = new(WindowsName.Forbidden, WindowsName.Mend);
    public static readonly KeyPath OfThisSystem = OperatingSystem.IsWindows() ? Windows : Posix;

    private const char Escape = '%';

    // File systems allow 255; what is left is for what is put to a name's ends.
    private const int MaxNameBytes = 200;

    private readonly string _forbidden;
    private readonly Func<string, string> _mend;

    private KeyPath(string forbidden, Func<string, string> mend)
    {
        _forbidden = forbidden;
        _mend = mend;
    }

    public string FromKey(string key) => string.Join(Path.DirectorySeparatorChar, key.Split('/').SelectMany(Names));

    /// <summary>Null where no key has this path: the file was not made here.</summary>
    public string? ToKey(string path)
    {
        var prefix = ToPrefix(path);
        return prefix.EndsWith('/') && FromKey(prefix[..^1]) == path ? prefix[..^1] : null;
    }

    /// <summary>What the keys in this folder start with. Means nothing for a folder that was not made here.</summary>
    public static string ToPrefix(string folder)
    {
        var prefix = new StringBuilder();
        foreach (var name in folder.Split(Path.DirectorySeparatorChar))
        {
            prefix.Append(Uri.UnescapeDataString(name.TrimEnd(Escape)));
            var goesOn = name.Length > 1 && name[^1] == Escape;
            if (!goesOn) prefix.Append('/');
        }

        return prefix.ToString();
    }

    /// <summary>Whether this is both a segment and its name, as most are: a short cut for long lists.</summary>
    public bool IsPlain(string name)
    {
        foreach (var c in name)
            if (char.IsSurrogate(c) || IsEscaped(c)) return false;
        return Encoding.UTF8.GetByteCount(name) <= MaxNameBytes && _mend(name) == name;
    }

    private IEnumerable<string> Names(string segment)
    {
        if (segment.Length == 0) yield return $"{Escape}";

        var name = new StringBuilder();
        var bytes = 0;
        foreach (var rune in segment.EnumerateRunes())
        {
            var escaped = rune.IsBmp && IsEscaped((char)rune.Value);
            var more = rune.Utf8SequenceLength * (escaped ? 3 : 1);
            if (bytes + more > MaxNameBytes)
            {
                yield return _mend(name.ToString()) + Escape;
                name.Clear();
                bytes = 0;
            }

            name.Append(escaped ? Escaped(rune) : rune.ToString());
            bytes += more;
        }

        if (name.Length > 0) yield return _mend(name.ToString());
    }

    // U+FFFD is what the bytes of a name are read as that are no UTF-8.
    private bool IsEscaped(char c) => c is < ' ' or Escape or '\u007f' or '\ufffd' || _forbidden.Contains(c);

    private static string MendDots(string name) => name is "." or ".." ? name.Replace(".", Escaped('.')) : name;

    internal static string Escaped(char c) => Escaped(new Rune(c));

    private static string Escaped(Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var escaped = new StringBuilder();
        foreach (var unit in utf8[..rune.EncodeToUtf8(utf8)]) escaped.Append(Escape).Append($"{unit:X2}");
        return escaped.ToString();
    }
}
