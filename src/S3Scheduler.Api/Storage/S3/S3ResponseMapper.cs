using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Turns what the SDK returns into the types of <see cref="IObjectStore"/>.</summary>
internal static class S3ResponseMapper
{
    /// <summary>Decodes the key, which the SDK does not. In an encoded key, <c>+</c> is a space.</summary>
    public static ListedObject Listed(S3Object found, EncodingType? encoding)
    {
        var key = encoding == EncodingType.Url
            ? Uri.UnescapeDataString(found.Key.Replace("+", "%20", StringComparison.Ordinal))
            : found.Key;
        return new ListedObject(key, found.Size ?? 0, Quoted(found.ETag), Utc(found.LastModified));
    }

    public static ObjectInfo Info(S3Call call, long size, string? etag, DateTime? lastModified) =>
        new(size, Quoted(etag), Utc(lastModified), S3Attributes.Read(call.Headers));

    /// <summary>Some servers leave out the quotes in a body, but not in a header.</summary>
    public static string Quoted(string? etag) => etag is ['"', ..] ? etag : $"\"{etag}\"";

    /// <exception cref="StoreException">The answer does not come from the store, or has no Date.</exception>
    public static ServerTime Time(S3Call call)
    {
        if (call.Answer == AnswerOrigin.Elsewhere) throw S3Faults.FromElsewhere(call.Key);
        return call.Time ?? throw new StoreException(StoreException.DateMissing,
            "The answer has no Date header, which the scheduler takes the time from. A proxy may have removed it.",
            isTransient: false);
    }

    /// <summary>Whether an answer to a PUT says that its bucket keeps versions.</summary>
    public static bool IsVersioned(string? versionId) => versionId is not (null or "" or "null");

    private static DateTimeOffset Utc(DateTime? time) => new((time ?? DateTime.UnixEpoch).ToUniversalTime());
}
