using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.Runtime;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>
/// AWS's signature, version 4, in the query of a URL. The SDK's <c>SignRequest</c> accepts a signing time, but removes
/// the content's hash, with which Ceph checks the content.
/// </summary>
internal sealed partial class S3QuerySignature(ImmutableCredentials credentials, string region, DateTimeOffset signedAt)
{
    /// <summary>The header with the content's hash, which is part of the signature if the header is present.</summary>
    public const string ContentHash = "x-amz-content-sha256";

    private const string Algorithm = "AWS4-HMAC-SHA256";

    private readonly DateTimeOffset _signedAt = ServerTime.WholeSeconds(signedAt);
    private string Date => _signedAt.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
    private string Time => _signedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    private string Scope => $"{Date}/{region}/s3/aws4_request";

    /// <param name="url">Percent-encoded as it is sent, and without a query.</param>
    /// <param name="parameters">Parameters of the request besides those of the signature.</param>
    public string Sign(
        string method, string url, IReadOnlyDictionary<string, string> headers,
        IReadOnlyCollection<KeyValuePair<string, string>> parameters, DateTimeOffset expiresAt)
    {
        var place = new Uri(url);
        var path = url[place.GetLeftPart(UriPartial.Authority).Length..];
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = place.Authority };
        foreach (var (name, value) in headers) signed[name.ToLowerInvariant()] = Spaces().Replace(value.Trim(), " ");

        var names = string.Join(';', signed.Keys);
        var query = Query(names, parameters, (long)(expiresAt - _signedAt).TotalSeconds);
        var lines = string.Concat(signed.Select(header => $"{header.Key}:{header.Value}\n"));
        var content = headers.GetValueOrDefault(ContentHash, "UNSIGNED-PAYLOAD");
        var request = $"{method}\n{path}\n{query}\n{lines}\n{names}\n{content}";
        return $"{url}?{query}&X-Amz-Signature={Signature(request)}";
    }

    // The parameters in the order of their names, as the signature demands.
    private string Query(string headers, IEnumerable<KeyValuePair<string, string>> others, long seconds)
    {
        var parameters = new SortedDictionary<string, string>(others.ToDictionary(), StringComparer.Ordinal)
        {
            ["X-Amz-Algorithm"] = Algorithm,
            ["X-Amz-Credential"] = $"{credentials.AccessKey}/{Scope}",
            ["X-Amz-Date"] = Time,
            ["X-Amz-Expires"] = seconds.ToString(CultureInfo.InvariantCulture),
            ["X-Amz-SignedHeaders"] = headers,
        };
        if (credentials.UseToken) parameters["X-Amz-Security-Token"] = credentials.Token;
        return string.Join('&', parameters.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
    }

    private string Signature(string request)
    {
        var key = Encoding.UTF8.GetBytes($"AWS4{credentials.SecretKey}");
        foreach (var part in Scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        var signed = Encoding.UTF8.GetBytes($"{Algorithm}\n{Time}\n{Scope}\n{hash}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, signed));
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
