namespace S3Scheduler.Api.Storage.S3;

/// <summary>The call in progress: what the HTTP handlers below the SDK must know of it, and what they learn.</summary>
internal sealed class S3Call(string key)
{
    private static readonly AsyncLocal<S3Call?> Local = new();

    public static S3Call? Current => Local.Value;

    public string Key { get; } = key;

    /// <summary>The type of the content that is sent.</summary>
    public string? ContentType { get; set; }

    /// <summary>The time of the last answer, errors included. Null: no answer, or an answer without a Date.</summary>
    public ServerTime? Time { get; set; }

    /// <summary>The last answer's headers as they were sent: the SDK shortens or reorders lists in them.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

    /// <summary>Call it in an asynchronous method: the call ends when that method returns.</summary>
    public static S3Call Begin(string key) => Local.Value = new S3Call(key);
}
