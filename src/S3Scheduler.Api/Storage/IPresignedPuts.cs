namespace S3Scheduler.Api.Storage;

/// <summary>Implemented by stores whose server clients can reach: a client may put one object there itself.</summary>
public interface IPresignedPuts
{
    /// <summary>
    /// Prepares a PUT that needs no credentials, without a request. The server refuses the PUT if the object exists, if
    /// the headers or the content differ from what was signed, and after it has expired.
    /// </summary>
    /// <param name="expiresAt">By the server's clock, in whole seconds, after <see cref="ServerClock.Latest"/>.</param>
    Task<PresignedPut> PresignAsync(
        ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
        CancellationToken cancellation);
}

/// <summary>A PUT that needs no credentials.</summary>
/// <param name="Headers">The client must send all of them unchanged.</param>
public sealed record PresignedPut(string Url, IReadOnlyDictionary<string, string> Headers);

/// <summary>What is known about the content before it arrives; null is not known.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record ExpectedContent(long? Size, string? Sha256)
{
    /// <summary>The largest content of one PUT to S3, in bytes.</summary>
    public const long MaxSize = 5L << 30;
}
