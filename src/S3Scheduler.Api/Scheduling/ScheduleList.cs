using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Lists schedules in due order. Times are sought in the bucket, not filtered.</summary>
public sealed class ScheduleList(IObjectStore store, ScheduleFolder folder)
{
    /// <summary>Bounds the work of one call where a filter leaves out nearly all: 10,000 keys.</summary>
    private const int MaxRequests = 10;

    public async Task<SchedulePage> ReadAsync(ScheduleQuery query, CancellationToken cancellation)
    {
        var isFailed = query.Status == ScheduleStatus.Failed;
        var prefix = isFailed ? folder.FailedPrefix : folder.Prefix;
        var found = new List<Schedule>();
        var after = Start(query, prefix);
        ScheduleKey? last = null;
        for (var request = 1; ; request++)
        {
            // One more than wanted tells whether there is a next page; a filter wants whole pages.
            var size = query.HasFilter ? ScheduleQuery.MaxLimit : Math.Min(query.Limit + 1, ScheduleQuery.MaxLimit);
            var page = await store.ListAsync(folder.Bucket, prefix, after, size, cancellation);
            var schedules = isFailed ? folder.ReadFailed(page).Select(f => Schedule.From(f)) : folder.Read(page).Select(Schedule.From);
            foreach (var schedule in schedules)
            {
                if (schedule.Key.DueAt >= query.To) return new SchedulePage(found, null);
                if (query.Takes(schedule.Key.Destination))
                {
                    if (found.Count == query.Limit) return new SchedulePage(found, last);
                    found.Add(schedule);
                }

                last = schedule.Key;
            }

            if (isFailed ? !page.More : !folder.HasMorePending(page)) return new SchedulePage(found, null);
            if (request >= MaxRequests && last is not null) return new SchedulePage(found, last);
            after = page.Objects[^1].Key;
        }
    }

    private static string Start(ScheduleQuery query, string prefix)
    {
        var start = prefix + (query.From is { } from ? DueTime.Write(DueTime.RoundUp(from)) : ScheduleFolder.BeforeKeys);
        // A failed one's object has a '|' and more behind its key, and is to be passed over too.
        var end = query.Status == ScheduleStatus.Failed ? "}" : "";
        var after = query.After is { } key ? $"{prefix}{key}{end}" : start;
        return string.CompareOrdinal(after, start) > 0 ? after : start;
    }
}
