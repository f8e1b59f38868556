namespace S3Scheduler.Api.Storage.S3;

/// <summary>Corrects what the SDK (4.1.0) is about to send.</summary>
internal sealed class RequestHandler : DelegatingHandler
{
    private const int SmallBody = 64 * 1024;

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // After an early error, .NET still sends a body of up to 1 KB. Ceph takes that body for the next request on the
        // connection, and runs it. Only big bodies profit from Expect: 100-continue, so small ones go without.
        if (request.Content?.Headers.ContentLength <= SmallBody) request.Headers.ExpectContinue = false;

        // The SDK signs the content type as it is, but sends it in another form, and the signature does not match.
        if (S3Call.Current?.ContentType is { } type && request.Content is { } content)
        {
            content.Headers.Remove(ObjectHeader.ContentType.Name);
            content.Headers.TryAddWithoutValidation(ObjectHeader.ContentType.Name, type);
        }

        if (S3Call.Current is { } call && request.RequestUri is { } uri)
            request.RequestUri = WithLeadingSlash(uri, call.Key);
        return base.SendAsync(request, cancellationToken);
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
