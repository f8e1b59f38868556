using System.Globalization;
using System.Text;

namespace S3Scheduler.Api.Telemetry;

/// <summary>
/// Text that a terminal only shows. Clients choose names that are logged; as they are, they could move the cursor, set
/// the title, forge lines, or reverse the order of what follows.
/// </summary>
internal static class HarmlessText
{
    /// <summary>
    /// Writes control and format characters, and all kinds of line breaks, as <c>\u001B</c> and so on.
    /// </summary>
    public static string Of(string text, bool keepLineBreaks = false)
    {
        bool IsHarmful(char c) => !(keepLineBreaks && c == '\n') && IsControl(c);

        if (!text.Any(IsHarmful)) return text;
        var harmless = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsHarmful(c)) harmless.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else harmless.Append(c);
        }

        return harmless.ToString();
    }

    /// <summary>The lines of an exception. Only its messages can have characters that a client chose.</summary>
    public static string Of(Exception exception)
    {
        var text = exception.ToString();
        for (var e = exception; e is not null; e = e.InnerException)
            if (e.Message.Length > 0) text = text.Replace(e.Message, Of(e.Message), StringComparison.Ordinal);
        return Of(text, keepLineBreaks: true);
    }

    private static bool IsControl(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
