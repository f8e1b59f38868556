using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;

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
            Expires = DateTime.UnixEpoch, // it must be set, and is not used
        };
        S3Attributes.Write(attributes, request.Headers, request.Metadata);
        var headers = Headers(request, content);

        // The SDK knows where the object lies; its signature is of no use here.
        var presigned = await _clients.Once.GetPreSignedURLAsync(request);
        var url = S3Paths.WithLeadingSlash(presigned[..presigned.IndexOf('?', StringComparison.Ordinal)], target.Key);
        var signature = new S3QuerySignature(
            await _clients.Credentials.GetCredentialsAsync(),
            config.AuthenticationRegion ?? config.RegionEndpoint.SystemName, Clock.Earliest);
        return new PresignedPut(signature.Sign("PUT", url, headers, expiresAt), headers);
    }

    private Dictionary<string, string> Headers(GetPreSignedUrlRequest request, ExpectedContent content)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["If-None-Match"] = "*" };
        foreach (var name in request.Headers.Keys)
            if (request.Headers[name] is { Length: > 0 } value) headers[name] = value;
        foreach (var name in request.Metadata.Keys) headers[name] = request.Metadata[name];

        if (content.Size is { } size) headers["Content-Length"] = size.ToString(CultureInfo.InvariantCulture);
        if (content.Sha256 is not { } hash) return headers;
        headers["x-amz-checksum-sha256"] = Convert.ToBase64String(Convert.FromHexString(hash));
        // Ceph 16 does not know that one. AWS says that a URL is signed without the content's hash, so there it stays away.
        if (!_clients.IsAws) headers[S3QuerySignature.ContentHash] = hash;
        return headers;
    }
}
