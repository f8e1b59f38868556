namespace S3Scheduler.Api.Storage;

/// <param name="More">Whether keys follow the last one of this page.</param>
public sealed record ObjectPage(IReadOnlyList<ListedObject> Objects, bool More, ServerTime Time);

/// <inheritdoc cref="ObjectInfo"/>
public sealed record ListedObject(string Key, long Size, string ETag, DateTimeOffset LastModified);
