namespace S3Scheduler.Api.Storage;

/// <summary>
/// The few operations that every S3 server has: strongly consistent PUT (with If-None-Match), HEAD, GET, COPY and
/// DELETE, and a LIST in the order of the keys' UTF-8 bytes. Expected races are return values; every other failure is
/// a <see cref="StoreException"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>The bounds of the server's present time, updated by every response.</summary>
    ServerClock Clock { get; }

    /// <summary>Where it is, for people: its address and region, or its directory.</summary>
    string Place { get; }

    /// <summary>
    /// Stores the content completely or not at all. A stream that cannot seek is read once, from its present position
    /// to its end. An exception from the stream reaches the caller unchanged, and nothing is stored.
    /// </summary>
    /// <remarks>
    /// S3 supports <see cref="PutCondition.IfAbsent"/> for multipart uploads, too. For servers that ignore it there
    /// (Ceph 16), the store checks before and after the upload. If two such uploads complete at the
    /// same moment, both callers may be told that theirs was stored, and the later one remains.
    /// </remarks>
    Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation);

    /// <summary>Null if the object does not exist.</summary>
    Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation);

    /// <summary>
    /// Null if the object does not exist. The content begins at <paramref name="offset"/>; size and attributes always
    /// describe the whole object. The caller disposes the result. A read that makes no progress within the time that
    /// a call may take fails with a transient <see cref="StoreException"/>; reading all of it may take any time.
    /// </summary>
    /// <param name="offset">In bytes; 0 or less than the size, else <see cref="StoreException.InvalidRange"/>.</param>
    Task<StoredObject?> GetAsync(ObjectAddress source, long offset, CancellationToken cancellation);

    /// <summary>
    /// One request: up to <paramref name="limit"/> (1 to 1,000) objects whose keys start with
    /// <paramref name="prefix"/> and come after <paramref name="startAfter"/>, in the order of their UTF-8 bytes.
    /// </summary>
    Task<ObjectPage> ListAsync(
        string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation);

    /// <summary>Copies content and attributes completely or not at all, overwrites the target, never retries.</summary>
    /// <param name="size">The source's listed size in bytes; large objects take more than one request.</param>
    /// <param name="canCommit">Asked before a copy of several requests is completed; false: nothing is copied.</param>
    Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation);

    /// <summary>
    /// Deletes up to 1,000 objects, in one request where the server takes that. A missing key counts as deleted. What
    /// the server refuses for good is in the result, even if that is all; an exception is a transient fault of the
    /// whole request, or one of the service.
    /// </summary>
    Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation);
}

public static class ObjectStoreExtensions
{
    /// <summary>The content from its beginning.</summary>
    public static Task<StoredObject?> GetAsync(
        this IObjectStore store, ObjectAddress source, CancellationToken cancellation) =>
        store.GetAsync(source, 0, cancellation);
}
