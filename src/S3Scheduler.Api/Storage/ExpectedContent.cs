namespace S3Scheduler.Api.Storage;

/// <summary>What is known of a content before it is there. Null: nothing.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
public sealed record ExpectedContent(long? Size, string? Sha256)
{
    /// <summary>What S3 takes in one PUT, in bytes.</summary>
    public const long MaxSize = 5L << 30;
}
