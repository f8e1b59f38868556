using S3Scheduler.Api.Storage.Time;

namespace S3Scheduler.Api.Storage;

/// <summary>
/// The few primitives that every S3 server has and keeps: strongly consistent PUT (with If-None-Match), HEAD, GET,
/// COPY, DELETE and a LIST ordered by the keys' UTF-8 bytes. Expected races are return values; everything else that
/// goes wrong is a <see cref="StoreException"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>The bounds of the server's present time, learnt from every answer.</summary>
    ServerClock Clock { get; }

    /// <summary>
    /// Stores the content whole or not at all. A content that can't seek is read once, from where it stands to its end;
    /// an exception that it throws comes through as it is, and nothing is stored.
    /// </summary>
    /// <remarks>
    /// <see cref="PutCondition.IfAbsent"/> of a content that is stored in more than one request holds on S3 itself. A
    /// server that ignores the condition there (Ceph 16) is looked at before and after: of two such contents that are
    /// completed there within the same moment, both may be told that they are stored, and the later one stays.
    /// </remarks>
    Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation);

    /// <summary>Null where there is no such object.</summary>
    Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation);

    /// <summary>
    /// Null where there is no such object. The content begins at <paramref name="offset"/>; the rest of what is told of
    /// the object, its size as well, is of all of it. The caller disposes what it gets.
    /// </summary>
    /// <param name="offset">In bytes; 0, or inside the content: else the fault is <see cref="StoreException.InvalidRange"/>.</param>
    Task<StoredObject?> GetAsync(ObjectAddress source, long offset, CancellationToken cancellation);

    /// <summary>
    /// One request: up to <paramref name="limit"/> (1 to 1,000) objects whose keys start with
    /// <paramref name="prefix"/> and follow <paramref name="startAfter"/>, in the order of their UTF-8 bytes.
    /// </summary>
    Task<ObjectPage> ListAsync(
        string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation);

    /// <summary>
    /// Copies content and attributes, overwriting the target, whole or not at all. Never tried twice by itself.
    /// </summary>
    /// <param name="size">Of the source as it was listed, in bytes: what is big takes more than one request.</param>
    /// <param name="canCommit">Asked right before the last of several requests: false, and nothing is copied.</param>
    Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation);

    /// <summary>
    /// One request: deletes up to 1,000 objects. A key that is not there counts as deleted. With an ETag, a server that
    /// keeps the condition spares an object that has changed since.
    /// </summary>
    Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation);
}

public static class ObjectStoreExtensions
{
    /// <summary>The content from its beginning.</summary>
    public static Task<StoredObject?> GetAsync(this IObjectStore store, ObjectAddress source, CancellationToken cancellation) =>
        store.GetAsync(source, 0, cancellation);
}
