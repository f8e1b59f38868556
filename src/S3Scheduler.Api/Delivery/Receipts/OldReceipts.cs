using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Receipts;

/// <summary>
/// Removes receipts that were kept long enough: once an hour, page by page, while a sweep delivers. What it has no time
/// for is left to the next sweep.
/// </summary>
public sealed class OldReceipts(
    IObjectStore store, ScheduleFolder folder, SchedulerOptions options, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>A start costs no requests for it, and a function that is called each minute lives longer.</summary>
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(5);

    private readonly long _began = time.GetTimestamp();
    private long? _removed;

    /// <summary>A fault ends it until an hour later: they stay a little longer.</summary>
    /// <param name="stop">Cancelled when the sweep ends: nothing may wait for this.</param>
    public async Task RemoveAsync(CancellationToken stop)
    {
        var isTooSoon = _removed is { } last
            ? time.GetElapsedTime(last) < Interval : time.GetElapsedTime(_began) < AfterStart;
        if (isTooSoon || store.Clock.IsInDoubt) return;
        try
        {
            string? after = folder.ReceiptsPrefix + ScheduleFolder.BeforeKeys;
            while (after is not null) after = await RemovePageAsync(after, stop);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (StoreException)
        {
            // The store's faults are told by what needs it more.
        }

        _removed = time.GetTimestamp();
    }

    /// <returns>Where the next page starts; null: no old ones follow.</returns>
    private async Task<string?> RemovePageAsync(string after, CancellationToken stop)
    {
        var keptFrom = store.Clock.Earliest - options.ReceiptRetention;
        var page = await store.ListAsync(folder.Bucket, folder.ReceiptsPrefix, after, SweepPage.Size, stop);
        var receipts = folder.ReadReceipts(page).ToList();
        var old = receipts.TakeWhile(r => r.Batch.RecordedAt < keptFrom).ToList();
        if (old.Count > 0)
            await store.DeleteAsync(
                folder.Bucket, [.. old.Select(r => new DeleteTarget(r.Listed.Key, r.Listed.ETag))], stop);
        return page.More && old.Count == receipts.Count ? page.Objects[^1].Key : null;
    }
}
