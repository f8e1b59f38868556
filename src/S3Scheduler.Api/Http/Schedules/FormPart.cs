using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>
/// A part of the form. What its headers say about its bytes is obeyed or refused: a client that encodes them must not
/// get other bytes delivered than it meant.
/// </summary>
internal sealed class FormPart
{
    public const int MaxValueBytes = 8 * 1024;

    // Libraries name these by default, and some then send UTF-8. So only what is the same in both is read.
    private static readonly string[] AsciiCharsets = ["us-ascii", "iso-8859-1", "windows-1252"];

    private static readonly Encoding Utf8 =
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding Ascii =
        Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private readonly MultipartSection _section;
    private readonly ContentDispositionHeaderValue _disposition;
    private readonly StringSegment _charset;

    private FormPart(
        MultipartSection section, ContentDispositionHeaderValue disposition, string name, StringSegment charset) =>
        (_section, _disposition, Name, _charset) = (section, disposition, name, charset);

    /// <summary>Null: its headers do not say which field it is.</summary>
    /// <param name="charset">That of the whole form; a part can name another.</param>
    public static FormPart? Of(MultipartSection section, StringSegment charset) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
        && disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(disposition.Name).ToString() is { Length: > 0 } name
            ? new FormPart(section, disposition, name, charset)
            : null;

    public string Name { get; }

    public Stream Body => _section.Body;

    /// <summary>Whether it is a file without a name. An HTML form sends one if a file input was left empty.</summary>
    public bool IsUnnamedFile => IsFile && HeaderUtilities.RemoveQuotes(_disposition.FileName).Length == 0
        && _disposition.FileNameStar.Length == 0;

    /// <summary>By RFC 7578, a part without a type is text/plain; but a file can be anything.</summary>
    public string ContentType => GivenType ?? (IsFile ? "application/octet-stream" : "text/plain");

    /// <summary>Says that the bytes are encoded; null if they are not.</summary>
    public string? EncodingFault => FaultOf("Content-Transfer-Encoding", "7bit", "8bit", "binary")
        ?? FaultOf(HeaderNames.ContentEncoding, "identity");

    /// <summary>Reads it as text. Either the value or the fault is null.</summary>
    public async Task<(string? Value, string? Fault)> ReadValueAsync(CancellationToken cancellation)
    {
        if (EncodingFault is { } fault) return (null, fault);
        if (FindEncoding() is not { } encoding)
            return (null, "The charset of this value can't be told, or is not known here. Send UTF-8.");

        var bytes = new byte[MaxValueBytes + 1];
        var length = await Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (length > MaxValueBytes) return (null, $"A value has at most {MaxValueBytes} bytes.");
        try
        {
            var value = encoding.GetString(bytes, 0, length);
            // Editors put a byte order mark before text in a file. It is not part of the text.
            return (value.StartsWith('\uFEFF') ? value[1..] : value, null);
        }
        catch (DecoderFallbackException)
        {
            return (null, $"This value is not {encoding.WebName}. Send UTF-8, and name no other charset.");
        }
    }

    private bool IsFile => _disposition.FileName.HasValue || _disposition.FileNameStar.HasValue;

    // Some clients write "text/csv;", or nothing at all, where a parameter or a type could be.
    private string? GivenType => _section.ContentType?.TrimEnd(' ', ';') is { Length: > 0 } type ? type : null;

    private Encoding? FindEncoding()
    {
        var charset = _charset;
        if (GivenType is { } given)
        {
            if (!MediaTypeHeaderValue.TryParse(given, out var type)) return null;
            if (type.Charset.Length > 0) charset = HeaderUtilities.RemoveQuotes(type.Charset);
        }

        if (charset.Length == 0 || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return Utf8;
        return AsciiCharsets.Contains(charset.ToString(), StringComparer.OrdinalIgnoreCase) ? Ascii : null;
    }

    private string? FaultOf(string header, params IEnumerable<string> harmless) =>
        _section.Headers is { } headers && headers.TryGetValue(header, out var value)
        && value.ToString() is var encoding
        && encoding.Length > 0 && !harmless.Contains(encoding, StringComparer.OrdinalIgnoreCase)
            ? $"This part has {header}: {Echo.Of(encoding)}. Send its bytes as they are, without this header."
            : null;
}
