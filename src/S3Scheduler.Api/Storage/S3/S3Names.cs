using System.Xml;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Names that must not get as far as a request.</summary>
internal static class S3Names
{
    /// <exception cref="StoreException">The name would be sent as another one.</exception>
    public static void Check(string bucket)
    {
        // It becomes part of a host name or the first segment of a path.
        var plain = bucket.Length is >= 3 and <= 255
            && bucket.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            && bucket[0] != '.' && !bucket.Contains("..", StringComparison.Ordinal);
        if (!plain)
            throw new StoreException("InvalidBucketName", $"No bucket can have the name '{bucket}'.", isTransient: false);
    }

    /// <inheritdoc cref="Check(string)"/>
    public static void Check(ObjectAddress at)
    {
        Check(at.Bucket);
        if (at.Key.Length == 0) throw Invalid(at, "it is empty");
        for (var i = 0; i < at.Key.Length; i++)
        {
            if (!char.IsSurrogate(at.Key[i])) continue;
            if (!char.IsSurrogatePair(at.Key, i)) throw Invalid(at, "half of a surrogate pair has no UTF-8");
            i++;
        }
    }

    /// <summary>Whether the body of a request can hold the key: XML 1.0 has no characters for most controls.</summary>
    public static bool FitsXml(string key)
        => key.All(c => char.IsSurrogate(c) || (!char.IsControl(c) && XmlConvert.IsXmlChar(c)));

    private static StoreException Invalid(ObjectAddress at, string why)
        => new("InvalidKey", $"'{at}' can't be a key: {why}.", isTransient: false);
}
