namespace S3Scheduler.Api.Tests.Storage;

internal static class ObjectStoreCopies
{
    /// <summary>Copies without a deadline.</summary>
    public static Task<CopyOutcome> CopyAsync(
        this IObjectStore store, ObjectAddress source, long size, ObjectAddress target,
        CancellationToken cancellation) =>
        store.CopyAsync(source, size, target, () => true, cancellation);
}
