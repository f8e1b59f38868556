using S3Scheduler.Api.Storage.Time;

namespace S3Scheduler.Api.Storage;

/// <summary>
/// What a store can do besides, where it has a server that clients can reach: let them put an object there themselves.
/// </summary>
public interface IPresignedPuts
{
    /// <summary>
    /// Prepares a PUT that needs no credentials. The server refuses it where the object exists, where a header is missing
    /// or another, where the content is not the expected one, and when it has expired. No request is made.
    /// </summary>
    /// <param name="expiresAt">By the server's clock, whole seconds, later than <see cref="ServerClock.Latest"/>.</param>
    Task<PresignedPut> PresignAsync(
        ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
        CancellationToken cancellation);
}

/// <summary>A PUT that needs no credentials.</summary>
/// <param name="Headers">All that are to be sent along, as they are.</param>
public sealed record PresignedPut(string Url, IReadOnlyDictionary<string, string> Headers);

/// <summary>What is known of a content before it is there. Null: nothing.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record ExpectedContent(long? Size, string? Sha256)
{
    /// <summary>What S3 takes in one PUT, in bytes.</summary>
    public const long MaxSize = 5L << 30;
}
