namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// Stores big content before it is known where it belongs: the fields of its form may follow it, in any order.
/// </summary>
public sealed class Staging(IObjectStore store, ScheduleFolder folder, Random random)
{
    private const int LeftoversAtOnce = 1000;

    // Longer than any form takes. A killed process leaves its content.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    /// <summary>An exception from the content reaches the caller unchanged, and nothing is stored.</summary>
    public async Task<StagedContent> StoreAsync(StreamedContent content, CancellationToken cancellation)
    {
        await RemoveLeftoversAsync(cancellation);
        var address = folder.Staged(random.NextName());
        await store.PutAsync(address, content, new ObjectAttributes(), PutCondition.None, cancellation);
        return new StagedContent(store, address, content.BytesRead);
    }

    // One request, which is little beside those for big content.
    private async Task RemoveLeftoversAsync(CancellationToken cancellation)
    {
        var page = await store.ListAsync(folder.Bucket, folder.StagingPrefix, "", LeftoversAtOnce, cancellation);
        var old = page.Objects.Where(o => folder.IsStaged(o.Key) && store.Clock.Earliest - o.LastModified > LeftoverAge)
            .Select(o => new DeleteTarget(o.Key, o.ETag)).ToList();
        if (old.Count > 0) await store.DeleteAsync(folder.Bucket, old, cancellation);
    }
}
