using System.Runtime.CompilerServices;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Reads the receipts of deliveries. Those that can't be read are passed over.</summary>
public sealed class DeliveredSchedules(
    IObjectStore store, ScheduleFolder folder, LogBrake brake, ILogger<DeliveredSchedules> logger)
{
    /// <summary>A delivery that is so late that 10,000 batches were stored before it is not found.</summary>
    private const int MostPages = 10;

    /// <summary>So many receipts are read for one page, and to find one schedule.</summary>
    private const int MostReads = 100;

    private const int MostAtOnce = 16;

    /// <summary>
    /// Where a schedule was delivered soon after its due time, it costs one LIST and as a rule one GET. Each further
    /// batch whose schedules were due before and after it costs a GET.
    /// </summary>
    /// <returns>Null: there is no receipt of it.</returns>
    public async Task<Schedule?> FindAsync(ScheduleKey key, CancellationToken cancellation)
    {
        if (key.DueAt > store.Clock.Latest) return null; // nothing is delivered before its due time
        var text = key.ToString();
        var reads = 0;
        var after = folder.BeforeReceipts(key.DueAt);
        for (var pages = 0; pages < MostPages && reads < MostReads; pages++)
        {
            var page = await store.ListAsync(
                folder.Bucket, folder.ReceiptsPrefix, after, ScheduleQuery.MaxLimit, cancellation);
            var batches = folder.ReadReceipts(page).Select(r => r.Batch).Where(b => b.MayHave(key))
                .Take(MostReads - reads).ToList();
            reads += batches.Count;
            await foreach (var (_, receipts) in ReadAsync(batches, cancellation))
                if (receipts.FirstOrDefault(r => r.Key == text) is { } receipt) return Schedule.From(key, receipt);
            if (!page.More) break;
            after = page.Objects[^1].Key;
        }

        return null;
    }

    /// <summary>
    /// Lists deliveries, newest first: in the order in which they were recorded, which is about a second after the
    /// delivery. A page can have fewer than the limit, or none, and a next one.
    /// </summary>
    public async Task<DeliveredPage> ReadAsync(DeliveredQuery query, CancellationToken cancellation)
    {
        await store.EnsureClockAsync(folder.Marker, cancellation);
        var found = new List<Schedule>();
        var newest = new NewestReceipts(store, folder, query);
        var reads = 0;
        while (await newest.NextAsync(cancellation) is { } batches)
        {
            await foreach (var (batch, receipts) in ReadAsync([.. batches.Take(MostReads - reads)], cancellation))
            {
                var taken = query.After?.Batch == batch ? query.After.Taken : 0;
                foreach (var receipt in NewestFirst(receipts).Skip(taken))
                {
                    taken++;
                    if (!ScheduleKey.TryParse(receipt.Key, out var key) || !query.Takes(key.Destination)) continue;
                    found.Add(Schedule.From(key, receipt));
                    if (found.Count == query.Limit) return new DeliveredPage(found, ReceiptPosition.In(batch, taken));
                }

                if (++reads == MostReads) return new DeliveredPage(found, ReceiptPosition.In(batch, taken));
            }
        }

        return new DeliveredPage(found, newest.Rest);
    }

    /// <summary>
    /// Reads all batches that the query's span of time has, newest first, until the budget is spent. What they have is
    /// not filtered.
    /// </summary>
    public async IAsyncEnumerable<(ReceiptBatch Batch, IReadOnlyList<Receipt> Receipts)> ReadBatchesAsync(
        DeliveredQuery query, RequestBudget budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await store.EnsureClockAsync(folder.Marker, cancellation);
        var newest = new NewestReceipts(store, folder, query);
        while (await newest.NextAsync(cancellation) is { } batches)
        {
            if (!budget.TryTake(RequestBudget.List)) yield break;
            var some = batches.Take(budget.Left).ToList();
            await foreach (var read in ReadAsync(some, cancellation))
            {
                yield return read;
                if (!budget.TryTake(1 + read.Receipts.Count / RequestBudget.Schedules)) yield break;
            }

            if (some.Count < batches.Count) budget.Stop();
        }

        if (newest.Rest is not null) budget.Stop();
    }

    // A few at once, and more each time: the first ones are mostly enough.
    private async IAsyncEnumerable<(ReceiptBatch Batch, IReadOnlyList<Receipt> Receipts)> ReadAsync(
        List<ReceiptBatch> batches, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var atOnce = 1;
        for (var first = 0; first < batches.Count; first += atOnce, atOnce = Math.Min(atOnce * 2, MostAtOnce))
        {
            var some = batches.Skip(first).Take(atOnce).ToList();
            var read = await Task.WhenAll(some.Select(batch => ReadAsync(batch, cancellation)));
            foreach (var one in some.Zip(read)) yield return one;
        }
    }

    private async Task<IReadOnlyList<Receipt>> ReadAsync(ReceiptBatch batch, CancellationToken cancellation)
    {
        var at = folder.At(batch);
        var (receipts, fault) = await ReceiptBatch.ReadAsync(store, at, cancellation);
        if (fault is null) return receipts;
        var level = brake.Level(LogLevel.Warning, $"Receipts {fault}");
        logger.ReceiptsNotRead(level, at.Key, fault);
        return receipts;
    }

    private static IEnumerable<Receipt> NewestFirst(IReadOnlyList<Receipt> receipts) => receipts
        .OrderByDescending(r => r.DeliveredAt).ThenByDescending(r => r.Key, StringComparer.Ordinal);
}
