using System.Net;
using System.Text.RegularExpressions;
using System.Xml;
using Microsoft.Net.Http.Headers;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Corrects what the SDK (4.1.0) sends. Keeps time and headers of answers, errors and retries too.</summary>
internal sealed partial class S3Handler(ServerClock clock) : DelegatingHandler
{
    private const int SmallBody = 64 * 1024;

    // In bytes. A page of 1,000 keys has less than four million.
    private const long LargestAnswer = 16L << 20;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = S3Call.Current;
        Correct(request, call);
        var sent = clock.Read();
        var response = await base.SendAsync(request, cancellationToken);
        var arrived = clock.Read();
        try
        {
            var isStore = IsFromStore(response);
            if (call is not null)
            {
                (call.Time, call.Headers) = (null, S3Attributes.Unparsed(response));
                call.HasLength = response.Content.Headers.ContentLength is not null;
                call.Answer = isStore ? AnswerOrigin.Store : AnswerOrigin.Elsewhere;
            }

            if (call is { StreamsContent: true }) call.ETag = TakeETag(response);

            // The SDK reads a body without a limit of time, and blocks a thread until it has arrived.
            var isLeft = request.Method == HttpMethod.Head
                || call is { StreamsContent: true } && response.IsSuccessStatusCode;
            if (!isLeft) await response.Content.LoadIntoBufferAsync(LargestAnswer, cancellationToken);
            if (isStore && call is { Root: { } root } && response.IsSuccessStatusCode)
                isStore = HasRoot(await response.Content.ReadAsStreamAsync(cancellationToken), root);
            ServerTime? time = isStore && response.Headers.Date is { } date ? clock.Observe(date, sent, arrived) : null;
            if (call is not null)
            {
                (call.Time, call.Answer) = (time, isStore ? AnswerOrigin.Store : AnswerOrigin.Elsewhere);
                call.BucketRegion = await BucketRegionAsync(response, cancellationToken);
            }

            // The SDK would follow it each time again, and can follow it only to AWS.
            if (call is { IsMisdirected: true }) response.Headers.Location = null;
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    // A proxy has a clock of its own. R2 may leave out the id of a request, so that alone tells nothing; but a page, or
    // a server's fault, without an id is a proxy's.
    private static bool IsFromStore(HttpResponseMessage response) =>
        response.Headers.NonValidated.Contains("x-amz-request-id")
        || response.Headers.NonValidated.Contains("x-amz-id-2")
        || response.StatusCode < HttpStatusCode.InternalServerError
            && response.Content.Headers.ContentType?.MediaType is not "text/html";

    // The SDK takes each ETag without a hyphen for the MD5 of the content, and refuses content that has another one. It
    // can be any text: an ETag that is none is kept from the SDK.
    private static string? TakeETag(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues(HeaderNames.ETag, out var values)) return null;
        var etag = values.ToString();
        if (!Md5().IsMatch(etag)) response.Headers.Remove(HeaderNames.ETag);
        return etag;
    }

    [GeneratedRegex(@"\A""?[0-9A-Fa-f]{32}""?\z")]
    private static partial Regex Md5();

    // Other XML, such as a page, or nothing at all is a result without anything in it for the SDK: an empty LIST, say.
    private static bool HasRoot(Stream body, string root)
    {
        try
        {
            using var reader = XmlReader.Create(body);
            return reader.MoveToContent() == XmlNodeType.Element && reader.LocalName == root;
        }
        catch (XmlException)
        {
            return false;
        }
        finally
        {
            body.Position = 0; // The SDK reads the same stream.
        }
    }

    // The answer to a request that went to the wrong region, or was signed for it, names the right one: in a header,
    // because an answer to HEAD has no body, or in its body, because some servers do not have that header.
    private static async Task<string?> BucketRegionAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect
            or HttpStatusCode.BadRequest)) return null;
        var headers = response.Headers.NonValidated;
        var named = headers.TryGetValues("x-amz-bucket-region", out var values) ? values.ToString() : null;
        var found = Region().Match(named ?? await response.Content.ReadAsStringAsync(cancellation));
        return found.Success ? found.Value : null;
    }

    // The region becomes part of a host's name.
    [GeneratedRegex(@"\A[a-z0-9-]{1,32}\z|(?<=<Region>)[a-z0-9-]{1,32}(?=</Region>)")]
    private static partial Regex Region();

    private static void Correct(HttpRequestMessage request, S3Call? call)
    {
        // After an early error, .NET still sends a body of up to 1 KB. Ceph takes that body for the next request on the
        // connection, and runs it. Only big bodies profit from Expect: 100-continue, so small ones go without.
        if (request.Content?.Headers.ContentLength <= SmallBody) request.Headers.ExpectContinue = false;

        // The SDK signs the content type as it is, but sends it in another form, and the signature does not match.
        if (call?.ContentType is { } type && request.Content is { } content)
        {
            content.Headers.Remove(ObjectHeader.ContentType.Name);
            content.Headers.TryAddWithoutValidation(ObjectHeader.ContentType.Name, type);
        }

        if (call is not null && request.RequestUri is { } uri) request.RequestUri = WithLeadingSlash(uri, call.Key);
    }

    // The SDK signs the right path, /bucket//key, but asks for /bucket/key.
    private static Uri WithLeadingSlash(Uri uri, string key)
    {
        var path = S3Names.WithLeadingSlash(uri.AbsolutePath, key);
        if (path == uri.AbsolutePath) return uri;

        var literal = $"{uri.GetLeftPart(UriPartial.Authority)}{path}{uri.Query}";
        return new Uri(literal, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
