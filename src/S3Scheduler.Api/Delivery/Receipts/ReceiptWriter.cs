namespace S3Scheduler.Api.Delivery.Receipts;

/// <summary>Stores the receipts of deliveries, before their schedules are deleted.</summary>
public sealed class ReceiptWriter(
    IObjectStore store, ScheduleFolder folder, SchedulerOptions options, Random random, ILogger<ReceiptWriter> logger)
{
    private int _hasFailed; // since the last success

    /// <summary>One PUT for all; none, if no receipts are kept.</summary>
    /// <returns>Null: they are stored. Else the error code, and they may be stored or not.</returns>
    public async Task<string?> TryWriteAsync(
        IReadOnlyCollection<(ScheduleKey Key, Receipt Receipt)> delivered, CancellationToken abandon)
    {
        if (delivered.Count == 0 || options.ReceiptRetention == TimeSpan.Zero) return null;
        try
        {
            var batch = ReceiptBatch.Of(delivered, store.Clock.Earliest, random);
            await batch.WriteAsync(store, folder.At(batch), delivered.Select(d => d.Receipt), abandon);
            if (Interlocked.Exchange(ref _hasFailed, 0) == 1) logger.ReceiptsAreStoredAgain();
            return null;
        }
        catch (Exception e)
        {
            // Whatever it is, it must not stop other deliveries.
            var code = (e as StoreException)?.Code ?? StoreException.Unreachable;
            if (Interlocked.Exchange(ref _hasFailed, 1) == 0) logger.ReceiptsNotStored(code, e.Message);
            return code;
        }
    }
}
