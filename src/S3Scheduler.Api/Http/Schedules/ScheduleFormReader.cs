using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>
/// Reads multipart/form-data as a stream, with its parts in any order. The content waits until the whole form has been
/// read and checked: small content in memory or a temporary file, big content in the store.
/// </summary>
public sealed partial class ScheduleFormReader(
    SchedulerOptions options, Spool spool, Staging staging, ScheduleFolder folder)
{
    private const int MaxBoundary = 70; // RFC 2046
    private const int MaxParts = 100;

    /// <exception cref="RequestException">The body is not such a form, or its content is too large.</exception>
    /// <exception cref="InvalidScheduleException">What is known before big content arrives is wrong.</exception>
    public async Task<ScheduleForm> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        // The limit is for each part, so it must also let a field of the allowed length pass.
        var limit = Math.Max(options.MaxContentBytes, FormPart.MaxValueBytes + 1);
        var type = FormType(request);
        var reader = new MultipartReader(Boundary(type), request.Body) { BodyLengthLimit = limit };
        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        var form = new ScheduleForm(folder, Caller.Of(request.HttpContext));
        try
        {
            var parts = 0;
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (++parts > MaxParts) throw Malformed($"A form has at most {MaxParts} parts.");
                var part = FormPart.Of(section, charset) ?? throw Malformed(
                    """Each part has a header such as Content-Disposition: form-data; name="key".""");
                await ReadPartAsync(part, form, cancellation);
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

    private async Task ReadPartAsync(FormPart part, ScheduleForm form, CancellationToken cancellation)
    {
        if (part.Name == FieldNames.Content)
        {
            await ReadContentAsync(part, form, cancellation);
        }
        else if (ScheduleForm.Canonical(part.Name) is { } field)
        {
            var (value, fault) = await part.ReadValueAsync(cancellation);
            if (value is null) form.Faults.Add(field, fault);
            else form.Add(field, value);
        }
        else
        {
            form.Faults.Add(part.Name, ScheduleForm.UnknownField);
        }
    }

    private async Task ReadContentAsync(FormPart part, ScheduleForm form, CancellationToken cancellation)
    {
        form.Faults.Add(FieldNames.Content, part.EncodingFault);
        if (part.EncodingFault is not null) return;
        try
        {
            var content = await StreamedContent.OpenAsync(spool, part.Body, cancellation);
            if (content is StreamedContent big) content = await StageAsync(big, form, cancellation);
            if (part.IsUnnamedFile && content is MemoryStream { Length: 0 }) return;
            form.SetContent(content, part.ContentType);
            if (content.Length > options.MaxContentBytes) throw TooLarge();
        }
        catch (InvalidDataException)
        {
            throw TooLarge();
        }
    }

    private async Task<StagedContent> StageAsync(
        StreamedContent content, ScheduleForm form, CancellationToken cancellation)
    {
        await using (content)
        {
            // Not after hours of an upload.
            form.ThrowIfWrongSoFar();
            return await staging.StoreAsync(content, cancellation);
        }
    }

    private static MediaTypeHeaderValue FormType(HttpRequest request)
    {
        var text = request.ContentType ?? "";
        return (MediaTypeHeaderValue.TryParse(text, out var type)
                || MediaTypeHeaderValue.TryParse(BareBoundary().Replace(text, "$1\"$2\""), out type))
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
                ? type
                : throw new RequestException(Status415UnsupportedMediaType,
                    "Nothing was changed. Send the schedule as multipart/form-data, as curl does with -F: "
                    + Example(request));
    }

    // Many clients leave out the quotes that a boundary with '=', '/' or ':' needs.
    [GeneratedRegex("""(;\s*boundary=)([^\s";](?:[^";]*[^\s";])?)""", RegexOptions.IgnoreCase)]
    private static partial Regex BareBoundary();

    private static string Boundary(MediaTypeHeaderValue type)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundary
            ? boundary
            : throw Malformed($"The Content-Type has a boundary of 1 to {MaxBoundary} characters.");
    }

    // It works as it stands, where the service delivers to that bucket.
    private static string Example(HttpRequest request) =>
        "curl -F dueAt=2030-01-01T00:00:00Z -F bucket=reports -F key=2030/hello.txt -F content=hello "
        + $"{request.Scheme}://{Echo.Of(request.Host.ToString())}{request.PathBase}{request.Path}";

    // What to tell the client about an exception from reading the body; null if the client did not cause it.
    private RequestException? Refusal(Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: Status413PayloadTooLarge } => TooLarge(),
        InvalidDataException => Malformed("A part or its headers are malformed or too long."),
        // Kestrel throws BadHttpRequestException for other malformed chunks, but not for this.
        IOException { InnerException: OverflowException } => Malformed("The size of a chunk is too large a number."),
        // The client is gone and cannot read this, but the log must not blame the service.
        ConnectionResetException => Malformed("The connection broke off."),
        // MultipartReader throws a plain IOException for this.
        _ when e.GetType() == typeof(IOException)
            && e.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal) =>
            Malformed("The body ends before its closing boundary."),
        _ => null,
    };

    private RequestException TooLarge() => new(Status413PayloadTooLarge,
        $"Content has at most {options.MaxContentBytes} bytes here; this content has more. Nothing was changed.");

    private static RequestException Malformed(string what) =>
        new(Status400BadRequest, $"The multipart form can't be read. {what} Nothing was changed.");
}
