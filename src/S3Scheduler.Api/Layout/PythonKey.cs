using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// Reads the keys of the Python library s3-scheduler 0.0.3, <c>{folder}/|{time}|{bucket}|{path}</c>, as the library
/// does: it percent-decodes each part, then turns every <c>~~</c> of the path into a slash, even if the destination key
/// had <c>~~</c>.
/// </summary>
public static class PythonKey
{
    /// <summary>Precedes each part. It sorts after digits and dots, so these keys follow the service's own.</summary>
    public const char Separator = '|';

    /// <param name="key">The same schedule as the service's own key.</param>
    /// <returns>False if the library cannot parse the key, or if S3 allows no such bucket or destination key.</returns>
    public static bool TryParse(string objectKey, [NotNullWhen(true)] out ScheduleKey? key)
    {
        key = null;
        if (objectKey.Split(Separator) is not [_, var when, var bucket, var path]) return false;

        // Without a path, the library delivers the object to its own key.
        var destinationKey = path.Length == 0 ? objectKey : Unquote(path).Replace("~~", "/", StringComparison.Ordinal);
        bucket = Unquote(bucket);
        if (DueTime.Parse(Unquote(when)) is not { } dueAt
            || Destination.FaultOfBucket(bucket) is not null
            || Destination.FaultOfKey(destinationKey) is not null)
        {
            return false;
        }

        key = new ScheduleKey(dueAt, new Destination(bucket, destinationKey));
        return true;
    }

    // UrlDecode would turn '+' into a space, as in a form.
    private static string Unquote(string text) =>
        WebUtility.UrlDecode(text.Replace("+", "%2B", StringComparison.Ordinal));
}
