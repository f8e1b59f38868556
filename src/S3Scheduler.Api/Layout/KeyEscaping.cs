using System.Globalization;
using System.Text;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// Turns a destination key into one URL path segment without <c>|</c>. <c>/</c> becomes <c>~~</c>. Each UTF-8 byte of
/// <c>~ | % \</c>, of control characters, and of U+FFFE and U+FFFF, which XML cannot contain, becomes <c>~</c> and two
/// upper-case hex digits. Everything else stays as it is. Different keys have different results.
/// </summary>
public static class KeyEscaping
{
    public static string Escape(string key)
    {
        var escaped = new StringBuilder(key.Length + 16);
        Span<byte> utf8 = stackalloc byte[3];
        foreach (var c in key)
        {
            if (c == '/') escaped.Append("~~");
            else if (!IsEscaped(c)) escaped.Append(c);
            else foreach (var b in utf8[..Encoding.UTF8.GetBytes([c], utf8)])
                escaped.Append(CultureInfo.InvariantCulture, $"~{b:X2}");
        }

        return escaped.ToString();
    }

    /// <summary>Reads what <see cref="Escape"/> writes; null for any other text.</summary>
    public static string? Unescape(string escaped)
    {
        // An escaped key contains no '%', so '~' and two hex digits can be read as percent-encoding.
        var key = Uri.UnescapeDataString(escaped.Replace("~~", "/", StringComparison.Ordinal).Replace('~', '%'));
        return Escape(key) == escaped && ObjectAddress.IsUnicode(key) ? key : null;
    }

    private static bool IsEscaped(char c) =>
        c is '~' or '|' or '%' or '\\' or '\uFFFE' or '\uFFFF' || char.IsControl(c);
}
