using S3Scheduler.Api.Storage.Time;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>The call under way: what the HTTP handlers below the SDK need to know of it, and what they learn.</summary>
internal sealed class S3Call
{
    private static readonly AsyncLocal<S3Call?> Local = new();

    private S3Call(string key) => Key = key;

    public static S3Call? Current => Local.Value;

    public string Key { get; }

    /// <summary>Of a content that is sent.</summary>
    public string? ContentType { get; set; }

    /// <summary>From the last answer, whatever it was. Null: none, or one without a Date.</summary>
    public ServerTime? Time { get; set; }

    /// <summary>Of the last answer, as they were sent: the SDK hands out lists cut short or in another order.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

    /// <summary>To be called in the asynchronous method that asks: the call is over when that returns.</summary>
    public static S3Call Begin(string key) => Local.Value = new S3Call(key);
}
