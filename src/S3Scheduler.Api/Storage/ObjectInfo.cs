namespace S3Scheduler.Api.Storage;

/// <param name="Size">In bytes.</param>
/// <param name="ETag">As the server wrote it, quotes included; opaque.</param>
/// <param name="LastModified">By the server's clock, UTC; may be rounded down to the second.</param>
public sealed record ObjectInfo(long Size, string ETag, DateTimeOffset LastModified, ObjectAttributes Attributes);
