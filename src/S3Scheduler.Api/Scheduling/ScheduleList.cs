using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Lists pending schedules in due order. Times are sought in the bucket, not filtered.</summary>
public sealed class ScheduleList(IObjectStore store, ScheduleFolder folder)
{
    /// <summary>Bounds the work of one call where a filter leaves out nearly all: 10,000 keys.</summary>
    private const int MaxRequests = 10;

    public async Task<SchedulePage> ReadAsync(ScheduleQuery query, CancellationToken cancellation)
    {
        var found = new List<Schedule>();
        var after = Start(query);
        ScheduleKey? last = null;
        for (var request = 1; ; request++)
        {
            // One more than wanted tells whether there is a next page; a filter wants whole pages.
            var size = query.Bucket is null ? Math.Min(query.Limit + 1, ScheduleQuery.MaxLimit) : ScheduleQuery.MaxLimit;
            var page = await store.ListAsync(folder.Bucket, folder.Prefix, after, size, cancellation);
            foreach (var (key, listed) in folder.Read(page))
            {
                if (key.DueAt >= query.To) return new SchedulePage(found, null);
                if (query.Bucket is null || key.Destination.Bucket == query.Bucket)
                {
                    if (found.Count == query.Limit) return new SchedulePage(found, last);
                    found.Add(Schedule.From(key, listed));
                }

                last = key;
            }

            if (!folder.HasMorePending(page)) return new SchedulePage(found, null);
            if (request >= MaxRequests && last is not null) return new SchedulePage(found, last);
            after = page.Objects[^1].Key;
        }
    }

    private string Start(ScheduleQuery query)
    {
        var start = query.From is { } from ? folder.DueFrom(from) : folder.BeforePending;
        var after = query.After is { } key ? folder.Pending(key).Key : start;
        return string.CompareOrdinal(after, start) > 0 ? after : start;
    }
}
