using System.Xml;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Checks names of buckets and keys before a request is made, and completes the paths of URLs.</summary>
internal static class S3Names
{
    /// <exception cref="StoreException">The request would ask for another name.</exception>
    public static void Check(string bucket)
    {
        // The bucket becomes part of a host name, or the first segment of a path.
        var plain = bucket.Length is >= 3 and <= 255
            && bucket.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && bucket[0] != '.';
        if (!plain)
            throw new StoreException("InvalidBucketName", $"'{bucket}' can't be a bucket's name.", isTransient: false);
    }

    /// <inheritdoc cref="Check(string)"/>
    public static void Check(ObjectAddress at)
    {
        Check(at.Bucket);
        if (at.Key.Length == 0) throw Invalid(at, "it is empty");
        if (!at.HasUnicodeKey) throw Invalid(at, "half of a surrogate pair has no UTF-8");
    }

    /// <summary>Whether XML can hold the key: XML 1.0 has no way to write most control characters.</summary>
    public static bool FitsXml(string key)
        => key.All(c => char.IsSurrogate(c) || (!char.IsControl(c) && XmlConvert.IsXmlChar(c)));

    /// <summary>
    /// Completes a percent-encoded path. The SDK (4.1.0) drops the slash that a key starts with, behind the name of the
    /// bucket, and the path would be that of another object.
    /// </summary>
    public static string WithLeadingSlash(string path, string key)
    {
        if (key is not ['/', .. var rest]) return path;

        // Counting slashes finds where the key starts: other characters are percent-encoded by some and not by others.
        var start = path.Length;
        for (var slashes = rest.Count(c => c == '/'); slashes >= 0 && start > 0; slashes--)
            start = path.LastIndexOf('/', start - 1);
        if (start < 0 || (start > 0 && path[start - 1] == '/')) return path;
        return Uri.UnescapeDataString(path[(start + 1)..]) == rest ? path.Insert(start, "/") : path;
    }

    private static StoreException Invalid(ObjectAddress at, string why)
        => new("InvalidKey", $"'{at}' can't be a key: {why}.", isTransient: false);
}
