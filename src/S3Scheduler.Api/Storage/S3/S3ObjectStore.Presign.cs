using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Net.Http.Headers;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore : IPresignedUrls
{
    /// <summary>
    /// Signed with the values that they have without them. Ceph 16 takes these headers unsigned. Once they are signed,
    /// other values are refused, and x-amz-grant-* are refused beside an ACL. x-amz-copy-source has no such value.
    /// </summary>
    private static readonly Dictionary<string, string> Guards = new()
    {
        ["x-amz-acl"] = "private",
        ["x-amz-tagging"] = "",
        ["x-amz-website-redirect-location"] = "",
    };

    private volatile Tried? _tried;

    public async Task<PutTrialResult> TryAsync(ObjectAddress marker, Random random, CancellationToken cancellation)
    {
        if (_tried is { } known) return known.Result;
        // With the service's own credentials nothing guards against a copy. AWS refuses it.
        var tried = await RunAsync(isGuarded: _clients.HasOwnPresignCredentials && !_clients.IsAws);
        // A server without ACLs refuses the guards, such as AWS behind an address of its own.
        if (tried is { IsGuarded: true, Result.Refusal: not null }) tried = await RunAsync(isGuarded: false);

        if (tried.Result.Taken is { } header) _logger.UploadsTakeUnsigned(header);
        if (tried.Result.Refusal is { } refusal) _logger.UploadsAreRefused(refusal);
        else _tried = tried;
        return tried.Result;

        async Task<Tried> RunAsync(bool isGuarded) => new(
            await new UploadTrial(this, isGuarded, SendAsync).RunAsync(marker, random, cancellation), isGuarded);
    }

    public Task<PresignedPut> PresignAsync(
        ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
        CancellationToken cancellation) =>
        PresignAsync(target, attributes, content, expiresAt, _tried is { IsGuarded: true }, _uploadUrl, cancellation);

    /// <param name="isGuarded">Whether <see cref="Guards"/> are signed, too.</param>
    /// <param name="server">Where the client reaches the server; null: where the service does.</param>
    internal async Task<PresignedPut> PresignAsync(
        ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
        bool isGuarded, Uri? server, CancellationToken cancellation)
    {
        S3Names.Check(target);
        cancellation.ThrowIfCancellationRequested();
        var request = NewRequest(target, HttpVerb.PUT);
        S3Attributes.Write(attributes, request.Headers, request.Metadata);
        var headers = Headers(request, content);
        if (isGuarded)
            foreach (var (name, value) in Guards) headers[name] = value;

        var url = await AddressAsync(request, server);
        var signature = new S3QuerySignature(
            await _clients.PresignCredentials.GetCredentialsAsync(), _clients.RegionOf(target.Bucket), Clock.Earliest);
        return new PresignedPut(signature.Sign("PUT", url, headers, [], expiresAt), headers);
    }

    // With the service's own credentials: those of uploads may only PUT. All parameters and the method are signed, so
    // the URL is good for this one GET.
    public async Task<string> PresignGetAsync(
        ObjectAddress source, string disposition, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        S3Names.Check(source);
        cancellation.ThrowIfCancellationRequested();
        var url = await AddressAsync(NewRequest(source, HttpVerb.GET), _uploadUrl);
        var signature = new S3QuerySignature(
            await _clients.Credentials.GetCredentialsAsync(), _clients.RegionOf(source.Bucket), Clock.Earliest);
        var parameters = new Dictionary<string, string>
        {
            ["response-content-disposition"] = disposition,
            ["response-cache-control"] = "no-store",
        };
        return signature.Sign("GET", url, new Dictionary<string, string>(), parameters, expiresAt);
    }

    private GetPreSignedUrlRequest NewRequest(ObjectAddress target, HttpVerb method) => new()
    {
        BucketName = target.Bucket,
        Key = target.Key,
        Verb = method,
        Protocol = _clients.IsSecure ? Protocol.HTTPS : Protocol.HTTP,
        Expires = DateTime.UnixEpoch, // The SDK demands it; it is not used.
    };

    // Only the address is taken from the SDK; the signature is our own.
    private async Task<string> AddressAsync(GetPreSignedUrlRequest request, Uri? server)
    {
        var presigned = await _clients.Once(request.BucketName).GetPreSignedURLAsync(request);
        var url = S3Names.WithLeadingSlash(presigned[..presigned.IndexOf('?', StringComparison.Ordinal)], request.Key);
        return server is null ? url : At(server, url);
    }

    // The bucket may stand before the host.
    private string At(Uri server, string url)
    {
        var place = new Uri(url);
        var bucket = place.Host[..^_clients.ServiceUrl!.Host.Length];
        return $"{server.Scheme}://{bucket}{server.Authority}{url[place.GetLeftPart(UriPartial.Authority).Length..]}";
    }

    private Task<(HttpStatusCode Status, string Body)> SendAsync(
        ObjectAddress target, HttpRequestMessage request, CancellationToken cancellation) =>
        CallAsync(target, _limit, async (call, limited) =>
        {
            using var response = await _clients.Http.SendAsync(request, limited);
            var isPage = response.IsSuccessStatusCode && call.Answer == AnswerOrigin.Elsewhere;
            if (isPage) throw S3Faults.FromElsewhere(target.Key);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(limited));
        }, cancellation);

    private Dictionary<string, string> Headers(GetPreSignedUrlRequest request, ExpectedContent content)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        headers[HeaderNames.IfNoneMatch] = "*";
        foreach (var name in request.Headers.Keys)
            if (request.Headers[name] is { Length: > 0 } value) headers[name] = value;
        foreach (var name in request.Metadata.Keys) headers[name] = request.Metadata[name];

        if (content.Size is { } size) headers[HeaderNames.ContentLength] = size.ToString(CultureInfo.InvariantCulture);
        if (content.Sha256 is not { } hash) return headers;
        headers["x-amz-checksum-sha256"] = Convert.ToBase64String(Convert.FromHexString(hash));
        // Ceph 16 ignores that header, but checks this one. AWS expects presigned URLs without this one.
        if (!_clients.IsAws) headers[S3QuerySignature.ContentHash] = hash;
        return headers;
    }

    /// <param name="IsGuarded">Whether the URLs had <see cref="Guards"/>, so that those of clients need them.</param>
    private sealed record Tried(PutTrialResult Result, bool IsGuarded);
}
