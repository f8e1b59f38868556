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
