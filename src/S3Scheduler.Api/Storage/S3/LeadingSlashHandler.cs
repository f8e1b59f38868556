using Amazon.Util;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>
/// The SDK (4.0.104) signs <c>/bucket//key</c> for a key that starts with a slash, but asks for <c>/bucket/key</c>: the
/// signature fails, and a server that didn't check it would take another object. This puts the slash back.
/// </summary>
internal sealed class LeadingSlashHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (S3Call.Current?.Key is ['/', .. var rest] && request.RequestUri is { } uri)
            request.RequestUri = WithKey(uri, AWSSDKUtils.UrlEncode(rest, path: true));
        return base.SendAsync(request, cancellationToken);
    }

    private static Uri WithKey(Uri uri, string rest)
    {
        var path = uri.AbsolutePath;
        if (path.EndsWith($"//{rest}", StringComparison.Ordinal) || !path.EndsWith($"/{rest}", StringComparison.Ordinal))
            return uri;

        var literal = $"{uri.GetLeftPart(UriPartial.Authority)}{path[..^rest.Length]}/{rest}{uri.Query}";
        return new Uri(literal, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
