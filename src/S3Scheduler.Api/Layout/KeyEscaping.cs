using System.Globalization;
using System.Text;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// Makes any destination key one URL path segment and one field between <c>|</c>: <c>/</c> becomes <c>~~</c>; each
/// UTF-8 byte of <c>~ | % \</c>, of controls and of the two non-characters that XML can't hold becomes <c>~</c> and two
/// upper-case hex digits. Everything else stays readable. No two keys escape alike.
/// </summary>
public static class KeyEscaping
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

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

    /// <summary>Undoes <see cref="Escape"/>. Only what it writes is read; anything else is null.</summary>
    public static string? Unescape(string escaped)
    {
        var bytes = new List<byte>(escaped.Length);
        try
        {
            for (var i = 0; i < escaped.Length;)
            {
                var literal = escaped.AsSpan(i);
                var tilde = literal.IndexOf('~');
                if (tilde != 0)
                {
                    if (tilde > 0) literal = literal[..tilde];
                    bytes.AddRange(StrictUtf8.GetBytes(literal.ToString()));
                    i += literal.Length;
                }
                else if (literal.StartsWith("~~"))
                {
                    bytes.Add((byte)'/');
                    i += 2;
                }
                else if (literal.Length >= 3
                    && byte.TryParse(literal[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
                {
                    bytes.Add(b);
                    i += 3;
                }
                else
                {
                    return null;
                }
            }

            var key = StrictUtf8.GetString([.. bytes]);
            return Escape(key) == escaped ? key : null;
        }
        catch (ArgumentException) // half a surrogate pair, or bytes that are not UTF-8
        {
            return null;
        }
    }

    private static bool IsEscaped(char c) => c is '~' or '|' or '%' or '\\' or '\uFFFE' or '\uFFFF' || char.IsControl(c);
}
