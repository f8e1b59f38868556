using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Turns what the SDK returns into the types of <see cref="IObjectStore"/>.</summary>
internal static class S3ResponseMapper
{
    /// <exception cref="StoreException">
    /// No S3 server sends such a page. It could hide schedules, or let an old lease look free, or never come to an end.
    /// </exception>
    public static ObjectPage Page(S3Call call, ListObjectsV2Response answer, ListObjectsV2Request asked)
    {
        var time = Time(call);
        var objects = new List<ListedObject>();
        var last = asked.StartAfter;
        foreach (var found in answer.S3Objects ?? [])
        {
            if (found is not { Key: not null, Size: not null, ETag: not null, LastModified: not null })
                throw Wrong(S3Faults.UnreadableAnswer, $"says too little about '{found.Key}'");
            var listed = Listed(found, answer.Encoding);
            if (!listed.Key.StartsWith(asked.Prefix, StringComparison.Ordinal))
                throw Wrong(StoreException.ListUnordered, $"has '{listed.Key}', which has another prefix");
            if (!Precedes(last, listed.Key))
                throw last == asked.StartAfter
                    ? Wrong(StoreException.StartAfterIgnored, $"has '{listed.Key}', which does not come after '{last}'")
                    : Wrong(StoreException.ListUnordered, $"has '{listed.Key}' after '{last}', against their order");
            objects.Add(listed);
            last = listed.Key;
        }

        var isMore = answer.IsTruncated ?? false;
        if (isMore && objects.Count == 0)
            throw Wrong(S3Faults.UnreadableAnswer, "has no key, and says that more follow");
        return new ObjectPage(objects, isMore, time);

        StoreException Wrong(string code, string what) => new(code,
            $"The answer to LIST of '{asked.Prefix}' in bucket '{asked.BucketName}' {what}.", isTransient: true);
    }

    /// <summary>Decodes the key, which the SDK does not. In an encoded key, <c>+</c> is a space.</summary>
    public static ListedObject Listed(S3Object found, EncodingType? encoding)
    {
        var key = encoding == EncodingType.Url
            ? Uri.UnescapeDataString(found.Key.Replace("+", "%20", StringComparison.Ordinal))
            : found.Key;
        return new ListedObject(key, found.Size ?? 0, Quoted(found.ETag), Utc(found.LastModified));
    }

    /// <exception cref="StoreException">No object has such an answer: every S3 server names the ETag.</exception>
    public static ObjectInfo Info(S3Call call, long size, string? etag, DateTime? lastModified) =>
        string.IsNullOrEmpty(etag)
            ? throw S3Faults.FromElsewhere(call.Key)
            : new(size, Quoted(etag), Utc(lastModified), S3Attributes.Read(call.Headers));

    /// <summary>Some servers leave out the quotes in a body. A proxy may make an ETag weak.</summary>
    public static string Quoted(string? etag) => etag is ['"', ..] or ['W', '/', '"', ..] ? etag : $"\"{etag}\"";

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

    // S3 sorts by the bytes of UTF-8.
    private static bool Precedes(string x, string y) =>
        Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)) < 0;

    private static DateTimeOffset Utc(DateTime? time) => new((time ?? DateTime.UnixEpoch).ToUniversalTime());
}
