using S3Scheduler.Api.Storage.Time;

namespace S3Scheduler.Api.Storage;

/// <param name="Size">In bytes.</param>
/// <param name="ETag">As the server wrote it, quotes included; opaque.</param>
/// <param name="LastModified">By the server's clock, UTC; may be rounded down to the second.</param>
public sealed record ObjectInfo(long Size, string ETag, DateTimeOffset LastModified, ObjectAttributes Attributes);

/// <param name="More">Whether keys follow the last one of this page.</param>
public sealed record ObjectPage(IReadOnlyList<ListedObject> Objects, bool More, ServerTime Time);

/// <inheritdoc cref="ObjectInfo"/>
public sealed record ListedObject(string Key, long Size, string ETag, DateTimeOffset LastModified);
