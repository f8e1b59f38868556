using Amazon.Util;

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

        if (S3Call.Current?.Key is ['/', .. var rest] && request.RequestUri is { } uri)
            request.RequestUri = WithLeadingSlash(uri, AWSSDKUtils.UrlEncode(rest, path: true));
        return base.SendAsync(request, cancellationToken);
    }

    // For a key that starts with a slash the SDK signs /bucket//key but asks for /bucket/key: the signature fails, and
    // a server that didn't check it would take another object.
    private static Uri WithLeadingSlash(Uri uri, string rest)
    {
        var path = uri.AbsolutePath;
        var isWhole = path.EndsWith($"//{rest}", StringComparison.Ordinal);
        if (isWhole || !path.EndsWith($"/{rest}", StringComparison.Ordinal)) return uri;

        var literal = $"{uri.GetLeftPart(UriPartial.Authority)}{path[..^rest.Length]}/{rest}{uri.Query}";
        return new Uri(literal, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
