namespace S3Scheduler.Api.Scheduling.Many;

/// <summary>Counts schedules, up to a bound of requests and of time. It keeps no schedules, only counts.</summary>
public sealed class ScheduleSummaries(ScheduleEntries entries, DeliveredSchedules delivered, TimeProvider time)
{
    /// <summary>Limits one call to 100,000 keys.</summary>
    private const int MostLists = 100;

    /// <param name="query">Of pending or failed schedules.</param>
    /// <param name="bins">How many spans of time to count in.</param>
    /// <param name="patience">After this time no more is asked of the store; null: without such a bound.</param>
    public async Task<ScheduleSummary> ReadAsync(
        ScheduleQuery query, int bins, TimeSpan? patience, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var budget = new RequestBudget(MostLists);
        var counts = new ScheduleCounts(query.From, query.To, bins);
        await foreach (var entry in entries.ReadAsync(query, readsMarks: true, budget, cancellation))
        {
            var key = entry.Position;
            if (key.DueAt >= query.To) break;
            if (query.Takes(entry)) counts.Add(key.DueAt, key.Destination.Bucket, entry.Schedule!.Failure?.Code);
            if (!entry.IsEndOfPage || !(time.GetElapsedTime(began) >= patience)) continue;
            budget.Stop();
            break;
        }

        return counts.ToSummary(isComplete: !budget.IsSpent);
    }

    /// <summary>Their time is when they were recorded, as in the list of deliveries.</summary>
    /// <inheritdoc cref="ReadAsync(ScheduleQuery, int, TimeSpan?, CancellationToken)"/>
    public async Task<ScheduleSummary> ReadAsync(
        DeliveredQuery query, int bins, TimeSpan? patience, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var budget = new RequestBudget(MostLists);
        var counts = new ScheduleCounts(query.From, query.To, bins);
        var isOver = false;
        await foreach (var (batch, receipts) in delivered.ReadBatchesAsync(query, budget, cancellation))
        {
            if (isOver)
            {
                budget.Stop();
                break;
            }

            foreach (var receipt in receipts)
                if (ScheduleKey.TryParse(receipt.Key, out var key) && query.Takes(key.Destination))
                    counts.Add(batch.RecordedAt, key.Destination.Bucket, null);
            isOver = time.GetElapsedTime(began) >= patience;
        }

        return counts.ToSummary(isComplete: !budget.IsSpent);
    }
}
