using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using S3Scheduler.Api.Hosting;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>
/// Reads multipart/form-data as a stream, parts in any order. A small content waits in memory or a temporary file until
/// all of the form has arrived and is right. A big one is the last part: it is read on while it is stored, and is not
/// stored if the form turns out to be wrong.
/// </summary>
public sealed class ScheduleFormReader(SchedulerOptions options)
{
    private const int MaxBoundary = 70; // RFC 2046
    private const int MaxParts = 100;
    private const int MaxValueBytes = 8 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="RequestException">The body is no such form.</exception>
    public async Task<ScheduleForm> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var reader = new MultipartReader(Boundary(request), request.Body)
        {
            // It holds for all parts, so it must not be in the way of the fields.
            BodyLengthLimit = Math.Max(options.MaxContentBytes, MaxValueBytes + 1),
        };
        var form = new ScheduleForm();
        try
        {
            for (var part = 1; !form.IsStreaming && await reader.ReadNextSectionAsync(cancellation) is { } section; part++)
            {
                if (part > MaxParts) throw Malformed($"A form has at most {MaxParts} parts.");
                await ReadPartAsync(reader, section, form, cancellation);
            }

            return form;
        }
        catch (Exception e)
        {
            await form.DisposeAsync();
            if (Refusal(e) is { } refusal) throw refusal;
            throw;
        }
    }

    private async Task ReadPartAsync(
        MultipartReader reader, MultipartSection section, ScheduleForm form, CancellationToken cancellation)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(disposition.Name).ToString() is not { Length: > 0 } name)
            throw Malformed("""Each part has a header such as Content-Disposition: form-data; name="key".""");

        if (name == ScheduleForm.ContentField) await ReadContentAsync(reader, section, disposition, form, cancellation);
        else if (ScheduleForm.Canonical(name) is not { } field) form.Fault(name, ScheduleForm.UnknownField);
        else if (await ReadValueAsync(section.Body, cancellation) is { } value) form.Add(field, value);
        else form.Fault(field, $"A value is UTF-8, of at most {MaxValueBytes} bytes.");
    }

    private async Task ReadContentAsync(
        MultipartReader reader, MultipartSection section, ContentDispositionHeaderValue disposition, ScheduleForm form,
        CancellationToken cancellation)
    {
        // RFC 7578 has text/plain for a part that does not say; a file can be anything.
        var isFile = disposition.FileName.HasValue || disposition.FileNameStar.HasValue;
        var type = section.ContentType ?? (isFile ? "application/octet-stream" : "text/plain");
        try
        {
            var rest = new LastPart((buffer, token) => ReadLastAsync(reader, section.Body, buffer, token));
            var content = await StreamedContent.OpenAsync(section.Body, rest, cancellation);
            form.SetContent(content, type);
            if (content.CanSeek && content.Length > options.MaxContentBytes) throw TooLarge();
        }
        catch (InvalidDataException)
        {
            throw TooLarge();
        }
    }

    // Where the content ends, the form has to end too.
    private async ValueTask<int> ReadLastAsync(
        MultipartReader reader, Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            var read = await ReadBodyAsync(body, buffer, cancellation);
            return read > 0 || buffer.IsEmpty || await reader.ReadNextSectionAsync(cancellation) is null
                ? read
                : throw new RequestException(StatusCodes.Status400BadRequest, $"{ScheduleForm.LastFault} Nothing was changed.");
        }
        catch (Exception e) when (Refusal(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private async ValueTask<int> ReadBodyAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (InvalidDataException)
        {
            throw TooLarge();
        }
    }

    // Null: not UTF-8, or too long.
    private static async Task<string?> ReadValueAsync(Stream body, CancellationToken cancellation)
    {
        var bytes = new byte[MaxValueBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        try
        {
            return length > MaxValueBytes ? null : StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Boundary(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "Send the schedule as multipart/form-data.");

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundary
            ? boundary
            : throw Malformed($"The Content-Type has a boundary of 1 to {MaxBoundary} characters.");
    }

    // What an exception that was met in reading says to the client; null: nothing.
    private RequestException? Refusal(Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(),
        InvalidDataException => Malformed("The headers of a part are wrong or too long, or a part is."),
        // Kestrel has no type of its own for it, unlike for other chunks that can't be read.
        IOException { InnerException: OverflowException } => Malformed("The size of a chunk is beyond all numbers."),
        // Nobody hears this any more; it is no fault of the service.
        ConnectionResetException => Malformed("The connection broke off."),
        _ when IsUnexpectedEnd(e) => Malformed("The body ends before its closing boundary."),
        _ => null,
    };

    private RequestException TooLarge() => new(StatusCodes.Status413PayloadTooLarge,
        $"A content has at most {options.MaxContentBytes} bytes here; this one has more. Nothing was changed.");

    private static RequestException Malformed(string what) =>
        new(StatusCodes.Status400BadRequest, $"The multipart form can't be read. {what} Nothing was changed.");

    // The reader has no type of its own for it.
    private static bool IsUnexpectedEnd(Exception e) =>
        e.GetType() == typeof(IOException) && e.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal);
}
