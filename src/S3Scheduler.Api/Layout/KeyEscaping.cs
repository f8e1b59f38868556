using System.Globalization;
using System.Text;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// Turns a destination key into one URL path segment without <c>|</c>. <c>/</c> becomes <c>~~</c>. Each UTF-8 byte of
/// <c>~ | % \</c>, of <c>? # ;</c>, at which gateways cut a path that they have decoded, of control characters, and of
/// U+FFFE and U+FFFF, which XML cannot contain, becomes <c>~</c> and two upper-case hex digits. Everything else stays
/// as it is. Different keys have different results.
/// </summary>
public static class KeyEscaping
{
    private const string Cut = "?#;";

    public static string Escape(string key) => Escape(key, IsEscaped);

    /// <summary>The form before <c>? # ;</c> were escaped, too; the same form for a key without them.</summary>
    public static string EscapeAsBefore(string key) => Escape(key, c => IsEscaped(c) && !Cut.Contains(c));

    private static string Escape(string key, Func<char, bool> isEscaped)
    {
        var escaped = new StringBuilder(key.Length + 16);
        Span<byte> utf8 = stackalloc byte[3];
        foreach (var c in key)
        {
            if (c == '/') escaped.Append("~~");
            else if (!isEscaped(c)) escaped.Append(c);
            else foreach (var b in utf8[..Encoding.UTF8.GetBytes([c], utf8)])
                escaped.Append(CultureInfo.InvariantCulture, $"~{b:X2}");
        }

        return escaped.ToString();
    }

    /// <summary>
    /// Reads what <see cref="Escape(string)"/> and <see cref="EscapeAsBefore"/> write; null for any other text.
    /// </summary>
    public static string? Unescape(string escaped)
    {
        // An escaped key contains no '%', so '~' and two hex digits can be read as percent-encoding.
        var key = Uri.UnescapeDataString(escaped.Replace("~~", "/", StringComparison.Ordinal).Replace('~', '%'));
        var isCanonical = Escape(key) == escaped || EscapeAsBefore(key) == escaped;
        return isCanonical && ObjectAddress.IsUnicode(key) ? key : null;
    }

    private static bool IsEscaped(char c) =>
        c is '~' or '|' or '%' or '\\' or '\uFFFE' or '\uFFFF' || Cut.Contains(c) || char.IsControl(c);
}
