namespace S3Scheduler.Api.Storage.S3;

/// <summary>The call in progress: what the HTTP handlers below the SDK must know of it, and what they learn.</summary>
internal sealed class S3Call(string key)
{
    private static readonly AsyncLocal<S3Call?> Local = new();

    public static S3Call? Current => Local.Value;

    public string Key { get; } = key;

    /// <summary>The type of the content that is sent.</summary>
    public string? ContentType { get; set; }

    /// <summary>Whether the caller reads the content of the answer later, and not the SDK during the call.</summary>
    public bool StreamsContent { get; init; }

    /// <summary>The root element of a success. One with another is not the store's. Null: it is not XML.</summary>
    public string? Root { get; set; }

    /// <summary>Where the last answer came from, errors included.</summary>
    public AnswerOrigin Answer { get; set; }

    /// <summary>The time of the last answer, if it has a Date and comes from the store.</summary>
    public ServerTime? Time { get; set; }

    /// <summary>The region that the requests are signed for. Null: they are not sent to another one again.</summary>
    public string? Region { get; init; }

    /// <summary>The bucket's region, if the last answer is a refusal that names it.</summary>
    public string? BucketRegion { get; set; }

    /// <summary>Whether the bucket is in another region, so that nothing was carried out.</summary>
    public bool IsMisdirected => Region is not null && BucketRegion is not null && BucketRegion != Region;

    /// <summary>Whether the last answer says, in a number, how long its content is.</summary>
    public bool HasLength { get; set; }

    /// <summary>The last answer's headers as they were sent: the SDK shortens or reorders lists in them.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

    /// <summary>The ETag of content as it was sent.</summary>
    public string? ETag { get; set; }

    /// <summary>Call it in an asynchronous method: the call ends when that method returns.</summary>
    public static S3Call Begin(string key, bool streamsContent, string? region) =>
        Local.Value = new S3Call(key) { StreamsContent = streamsContent, Region = region };
}

internal enum AnswerOrigin
{
    /// <summary>There is no answer yet.</summary>
    None,

    Store,

    /// <summary>Something between the service and the store, such as a proxy.</summary>
    Elsewhere,
}
