namespace S3Scheduler.Api.Storage;

/// <summary>
/// Implemented by stores whose server clients can reach: a client may put or get one object there itself.
/// </summary>
public interface IPresignedUrls
{
    /// <summary>
    /// Finds out whether a presigned PUT does only what was signed. Some servers, such as Ceph 16, take more headers,
    /// and whoever has a URL could read other objects with it. What was found out is kept; a refusal is tried again.
    /// </summary>
    /// <param name="marker">An object that is there. The trial puts others beside it, and deletes them.</param>
    /// <exception cref="StoreException">It can't be found out now.</exception>
    Task<PutTrialResult> TryAsync(ObjectAddress marker, Random random, CancellationToken cancellation);

    /// <summary>
    /// Prepares a PUT that needs no credentials, without a request. The server refuses the PUT if the object exists, if
    /// the headers or the content differ from what was signed, and after it has expired.
    /// </summary>
    /// <param name="expiresAt">By the server's clock, in whole seconds, after <see cref="ServerClock.Latest"/>.</param>
    Task<PresignedPut> PresignAsync(
        ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
        CancellationToken cancellation);

    /// <summary>
    /// Prepares a GET that needs no credentials, without a request. The server's answer has the disposition given here
    /// instead of the object's own, and must not be kept. The server refuses the GET after it has expired.
    /// </summary>
    /// <param name="disposition">The value of Content-Disposition.</param>
    /// <param name="expiresAt">By the server's clock, in whole seconds, after <see cref="ServerClock.Latest"/>.</param>
    /// <returns>The URL. Whoever has it can read the object.</returns>
    Task<string> PresignGetAsync(
        ObjectAddress source, string disposition, DateTimeOffset expiresAt, CancellationToken cancellation);
}

/// <summary>A PUT that needs no credentials.</summary>
/// <param name="Headers">The client must send all of them unchanged.</param>
public sealed record PresignedPut(string Url, IReadOnlyDictionary<string, string> Headers);

/// <summary>What a trial of presigned PUTs has shown. If both are null, they can be used.</summary>
/// <param name="Taken">A header that the server takes, although it was not signed.</param>
/// <param name="Refusal">The status and the error code by which the server refuses every presigned PUT.</param>
public sealed record PutTrialResult(string? Taken = null, string? Refusal = null)
{
    public bool IsPassed => Taken is null && Refusal is null;
}

/// <summary>What is known about the content before it arrives; null is not known.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record ExpectedContent(long? Size, string? Sha256)
{
    /// <summary>The largest content of one PUT to S3, in bytes.</summary>
    public const long MaxSize = 5L << 30;
}
