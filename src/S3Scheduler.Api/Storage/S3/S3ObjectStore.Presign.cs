using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Net.Http.Headers;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore : IPresignedPuts
{
    public async Task<PresignedPut> PresignAsync(
        ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
        CancellationToken cancellation)
    {
        S3Names.Check(target);
        cancellation.ThrowIfCancellationRequested();
        var config = _clients.Once.Config;
        var request = new GetPreSignedUrlRequest
        {
            BucketName = target.Bucket,
            Key = target.Key,
            Verb = HttpVerb.PUT,
            Protocol = _clients.IsSecure ? Protocol.HTTPS : Protocol.HTTP,
            Expires = DateTime.UnixEpoch, // The SDK demands it; it is not used.
        };
        S3Attributes.Write(attributes, request.Headers, request.Metadata);
        var headers = Headers(request, content);

        // Only the address is taken from the SDK; the signature is our own.
        var presigned = await _clients.Once.GetPreSignedURLAsync(request);
        var url = S3Names.WithLeadingSlash(presigned[..presigned.IndexOf('?', StringComparison.Ordinal)], target.Key);
        var signature = new S3QuerySignature(
            await _clients.Credentials.GetCredentialsAsync(),
            config.AuthenticationRegion ?? config.RegionEndpoint.SystemName, Clock.Earliest);
        return new PresignedPut(signature.Sign("PUT", url, headers, expiresAt), headers);
    }

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
}
