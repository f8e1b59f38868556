namespace S3Scheduler.Api.Delivery.Receipts;

/// <summary>Removes receipts that were kept long enough: each hour, a bounded piece, while a sweep delivers.</summary>
public sealed class OldReceipts(
    IObjectStore store, ScheduleFolder folder, SchedulerOptions options, TimeProvider time)
{
    /// <summary>More than a service can store in an hour while it stores one a second.</summary>
    private const int MostPages = 5;

    private const int PageSize = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>A start costs no requests for it, and a function that is called each minute lives longer.</summary>
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(5);

    private readonly long _began = time.GetTimestamp();
    private long? _removed;

    /// <summary>A fault of the store ends it, until an hour later.</summary>
    public async Task RemoveAsync(CancellationToken stop)
    {
        var isTooSoon = _removed is { } last
            ? time.GetElapsedTime(last) < Interval : time.GetElapsedTime(_began) < AfterStart;
        if (isTooSoon || store.Clock.IsInDoubt) return;
        _removed = time.GetTimestamp();
        try
        {
            var after = folder.ReceiptsPrefix + ScheduleFolder.BeforeKeys;
            for (var pages = 0; pages < MostPages && after is not null; pages++)
                after = await RemovePageAsync(after, stop);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            // They stay a little longer.
        }
    }

    /// <returns>Where the next page starts; null: no old ones follow.</returns>
    private async Task<string?> RemovePageAsync(string after, CancellationToken stop)
    {
        var keptFrom = store.Clock.Earliest - options.ReceiptRetention;
        var page = await store.ListAsync(folder.Bucket, folder.ReceiptsPrefix, after, PageSize, stop);
        var receipts = folder.ReadReceipts(page).ToList();
        var old = receipts.TakeWhile(r => r.Batch.RecordedAt < keptFrom).ToList();
        if (old.Count > 0)
            await store.DeleteAsync(
                folder.Bucket, [.. old.Select(r => new DeleteTarget(r.Listed.Key, r.Listed.ETag))], stop);
        return page.More && old.Count == receipts.Count ? page.Objects[^1].Key : null;
    }
}
