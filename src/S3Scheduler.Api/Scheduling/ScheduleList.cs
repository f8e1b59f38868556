namespace S3Scheduler.Api.Scheduling;

/// <summary>Lists schedules in due order. It seeks a time in the bucket; no keys before it are read.</summary>
public sealed class ScheduleList(ScheduleEntries entries)
{
    /// <summary>Limits one call to 10,000 keys, even where a filter leaves out nearly all of them.</summary>
    private const int MaxRequests = 10;

    public async Task<SchedulePage> ReadAsync(ScheduleQuery query, CancellationToken cancellation)
    {
        var found = new List<ScheduleEntry>();
        ScheduleKey? last = null;
        var requests = 0;
        var readsMarks = query.Code is not null;
        await foreach (var entry in entries.ReadAsync(query, readsMarks, budget: null, cancellation))
        {
            var key = entry.Position;
            if (key.DueAt >= query.To) break;
            if (entry.IsEndOfPage)
            {
                // Many keys that are no schedules may have been passed over.
                if (!(key.DueAt <= (last ?? query.After)?.DueAt)) last = key;
                if (++requests >= MaxRequests && last is not null && Cursor(query, found, last) is { } cursor)
                    return await PageAsync(found, cursor, cancellation);
                continue;
            }

            if (query.Takes(entry))
            {
                if (found.Count == query.Limit)
                    return await PageAsync(found, Cursor(query, found, last!), cancellation);
                found.Add(entry);
            }

            last = key;
        }

        return await PageAsync(found, null, cancellation);
    }

    // Where the next page starts, if this one ends at a schedule that the query does not take. Who may not see that
    // schedule gets a cursor that has only its time. Null: with it, the next page would start where this one did.
    private static ScheduleKey? Cursor(ScheduleQuery query, List<ScheduleEntry> found, ScheduleKey last)
    {
        if (query.Within?.Allows(last.Destination) != false) return last;
        if (found.Count > 0) return found[^1].Position;
        return query.After is { } after && last.DueAt <= after.DueAt
            ? null
            : new ScheduleKey(last.DueAt, ScheduleEntry.ListedFirst);
    }

    private async Task<SchedulePage> PageAsync(
        List<ScheduleEntry> found, ScheduleKey? next, CancellationToken cancellation)
    {
        var marks = found.Where(f => f.Schedule is null).Select(f => f.Position).ToList();
        var read = new Queue<Schedule?>(await entries.ReadMarkedAsync(marks, cancellation));
        return new SchedulePage([.. found.Select(f => f.Schedule ?? read.Dequeue()).OfType<Schedule>()], next);
    }
}
