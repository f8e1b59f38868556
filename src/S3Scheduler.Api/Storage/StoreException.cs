namespace S3Scheduler.Api.Storage;

/// <summary>A fault of the store: not one of the races that callers expect.</summary>
public sealed class StoreException(string code, string message, bool isTransient, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>S3's error code, such as <c>NoSuchBucket</c>; <c>Unreachable</c> where no answer came.</summary>
    public string Code { get; } = code;

    /// <summary>Whether the same request may succeed later by itself: time-outs, lost connections, 503 and other 5xx.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether it is about the service, or its way to the store: it says nothing of the object that was asked for.</summary>
    public bool IsServiceFault => Code is CredentialsNotFound or DateMissing;

    public const string CredentialsNotFound = "CredentialsNotFound";
    public const string DateMissing = "DateMissing";
    public const string Unreachable = "Unreachable";
    public const string InvalidRange = "InvalidRange";
    public const string NoSuchBucket = "NoSuchBucket";

    /// <summary>What a store says of a deletion that its answer does not mention.</summary>
    public const string NotAcknowledged = "NotAcknowledged";

    // A clock that is wrong is corrected by the SDK from that very answer; a token that has expired is fetched anew.
    private static readonly HashSet<string> TransientCodes =
    [
        Unreachable, NotAcknowledged, "InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "OperationAborted",
        "ConditionalRequestConflict", "RequestTimeTooSkewed", "ExpiredToken", "Throttling", "ThrottlingException",
        "TooManyRequests", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "NoSuchUpload", // somebody else has aborted it
    ];

    /// <summary>
    /// Whether an error code tells of a passing fault, after which either may be the case, whatever status it comes with:
    /// inside an answer that is 200.
    /// </summary>
    public static bool IsTransientCode(string code) => TransientCodes.Contains(code);
}
