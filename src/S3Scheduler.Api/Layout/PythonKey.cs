using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// Reads the keys of the Python library s3-scheduler 0.0.3, <c>{folder}/|{time}|{bucket}|{path}</c>, as it reads them
/// itself: each part is percent-encoded, and then <c>~~</c> is a slash, even where the name had <c>~~</c>.
/// </summary>
public static class PythonKey
{
    /// <summary>Between the parts, and before the first: so these keys sort behind all of the service's own.</summary>
    public const char Separator = '|';

    /// <param name="key">The same schedule, as the service names it.</param>
    /// <returns>False: the library did not write it or can't read it itself, or it names what S3 does not allow.</returns>
    public static bool TryParse(string objectKey, [NotNullWhen(true)] out ScheduleKey? key)
    {
        key = null;
        if (objectKey.Split(Separator) is not [_, var when, var bucket, var path]) return false;

        // The library delivers what has no path under the key that it stands at.
        var destinationKey = path.Length == 0 ? objectKey : Unquote(path).Replace("~~", "/", StringComparison.Ordinal);
        bucket = Unquote(bucket);
        if (DueTime.Parse(Unquote(when)) is not { } dueAt
            || Destination.FaultOfBucket(bucket) is not null
            || Destination.FaultOfKey($"/{destinationKey}") is not null)
        {
            return false;
        }

        key = new ScheduleKey(dueAt, Destination.Exactly(bucket, destinationKey));
        return true;
    }

    // A form has spaces as '+', too; a key has not.
    private static string Unquote(string text) => WebUtility.UrlDecode(text.Replace("+", "%2B", StringComparison.Ordinal));
}
