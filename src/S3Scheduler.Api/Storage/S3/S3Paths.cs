using Amazon.Util;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Paths of URLs as the SDK (4.0.104) writes them, mended.</summary>
internal static class S3Paths
{
    /// <summary>
    /// The path, percent-encoded, with all of the key. Of one that starts with a slash the SDK leaves that out, behind the
    /// name of the bucket: it is another object's path.
    /// </summary>
    public static string WithLeadingSlash(string path, string key)
    {
        if (key is not ['/', .. var rest]) return path;

        var encoded = AWSSDKUtils.UrlEncode(rest, path: true);
        var isWhole = path.EndsWith($"//{encoded}", StringComparison.Ordinal);
        return isWhole || !path.EndsWith($"/{encoded}", StringComparison.Ordinal) ? path : $"{path[..^encoded.Length]}/{encoded}";
    }
}
