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

        // Where it begins is counted: not all percent-encode the same characters (a plus, say), but nobody a slash.
        var start = path.Length;
        for (var slashes = rest.Count(c => c == '/'); slashes >= 0 && start > 0; slashes--) start = path.LastIndexOf('/', start - 1);
        if (start < 0 || (start > 0 && path[start - 1] == '/')) return path;
        return Uri.UnescapeDataString(path[(start + 1)..]) == rest ? path.Insert(start, "/") : path;
    }
}
