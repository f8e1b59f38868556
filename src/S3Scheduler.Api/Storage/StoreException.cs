namespace S3Scheduler.Api.Storage;

/// <summary>A failure of the store. Races that callers expect are return values instead.</summary>
public sealed class StoreException(string code, string message, bool isTransient, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>S3's error code, such as <c>NoSuchBucket</c>; <c>Unreachable</c> if no response came.</summary>
    public string Code { get; } = code;

    /// <summary>Whether the same request may succeed later: time-outs, lost connections, 503 and other 5xx.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether the cause is the service or its connection to the store, not the requested object.</summary>
    public bool IsServiceFault => Code is CredentialsNotFound or DateMissing;

    public const string CredentialsNotFound = "CredentialsNotFound";
    public const string DateMissing = "DateMissing";
    public const string Unreachable = "Unreachable";
    public const string InvalidRange = "InvalidRange";
    public const string NoSuchBucket = "NoSuchBucket";

    /// <summary>A LIST has keys outside its prefix, or not in the order of their UTF-8 bytes.</summary>
    public const string ListUnordered = "ListUnordered";

    /// <summary>A LIST has keys that do not come after the given one.</summary>
    public const string StartAfterIgnored = "StartAfterIgnored";

    /// <summary>The object is there, but what is stored with it besides its content can't be read.</summary>
    public const string AttributesLost = "AttributesLost";

    /// <summary>S3 answers a GET or a COPY of an archived object with it, such as one in Glacier.</summary>
    public const string Archived = "InvalidObjectState";

    /// <summary>The code of a deletion that the server's response does not mention.</summary>
    public const string NotAcknowledged = "NotAcknowledged";

    // After RequestTimeTooSkewed the SDK corrects its clock; after ExpiredToken it fetches a new token.
    private static readonly HashSet<string> TransientCodes =
    [
        Unreachable, NotAcknowledged, "InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout",
        "OperationAborted", "ConditionalRequestConflict", "RequestTimeTooSkewed", "ExpiredToken", "Throttling",
        "ThrottlingException", "TooManyRequests", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "NoSuchUpload", // another client aborted the upload
    ];

    /// <summary>
    /// Whether an error code means a transient fault, whatever the HTTP status: S3 also reports errors inside a 200.
    /// After a transient fault the request may or may not have taken effect.
    /// </summary>
    public static bool IsTransientCode(string code) => TransientCodes.Contains(code);
}
