namespace S3Scheduler.Api.Storage.S3;

/// <summary>Mends what the SDK (4.0.104) is about to send.</summary>
internal sealed class RequestHandler : DelegatingHandler
{
    private const int SmallBody = 64 * 1024;

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // .NET sends a body of up to 1 KB even after an error has come instead of 100 Continue. Ceph takes it for the
        // next request of that connection, and so runs what is in it. Asking first is of use for big bodies alone.
        if (request.Content?.Headers.ContentLength <= SmallBody) request.Headers.ExpectContinue = false;

        // The SDK signs the type as it is, but sends it in a form of its own, and the signature fails.
        if (S3Call.Current?.ContentType is { } type && request.Content is { } content)
        {
            content.Headers.Remove("Content-Type");
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (S3Call.Current is { } call && request.RequestUri is { } uri) request.RequestUri = Whole(uri, call.Key);
        return base.SendAsync(request, cancellationToken);
    }

    // What is signed is right: /bucket//key.
    private static Uri Whole(Uri uri, string key)
    {
        var path = S3Paths.WithLeadingSlash(uri.AbsolutePath, key);
        if (path == uri.AbsolutePath) return uri;

        var literal = $"{uri.GetLeftPart(UriPartial.Authority)}{path}{uri.Query}";
        return new Uri(literal, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
