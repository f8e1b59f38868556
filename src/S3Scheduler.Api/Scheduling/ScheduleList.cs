namespace S3Scheduler.Api.Scheduling;

/// <summary>Lists schedules in due order. It seeks a time in the bucket; no keys before it are read.</summary>
public sealed class ScheduleList(IObjectStore store, ScheduleFolder folder)
{
    /// <summary>Limits one call to 10,000 keys, even where a filter leaves out nearly all of them.</summary>
    private const int MaxRequests = 10;

    public async Task<SchedulePage> ReadAsync(ScheduleQuery query, CancellationToken cancellation)
    {
        var isFailed = query.Status == ScheduleStatus.Failed;
        var prefix = isFailed ? folder.FailedPrefix : folder.Prefix;
        // One more than the limit shows whether there is a next page. With a filter, whole pages are read.
        var size = query.HasFilter ? ScheduleQuery.MaxLimit : Math.Min(query.Limit + 1, ScheduleQuery.MaxLimit);
        var found = new List<Schedule>();
        var after = Start(query, prefix);
        ScheduleKey? last = null;
        for (var request = 1; ; request++)
        {
            var page = await store.ListAsync(folder.Bucket, prefix, after, size, cancellation);
            foreach (var schedule in isFailed ? ReadFailed(page) : ReadPending(page))
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

    private IEnumerable<Schedule> ReadPending(ObjectPage page) => folder.Read(page).Select(Schedule.From);

    private IEnumerable<Schedule> ReadFailed(ObjectPage page) => folder.ReadFailed(page).Select(f => Schedule.From(f));

    private static string Start(ScheduleQuery query, string prefix)
    {
        var start = query.From is { } from ? DueTime.Write(DueTime.RoundUp(from)) : ScheduleFolder.BeforeKeys;
        // In the name of a failed one, '|' and the error code follow the key. '}' sorts after all of them.
        var end = query.Status == ScheduleStatus.Failed ? "}" : "";
        var after = query.After is { } key ? $"{key}{end}" : start;
        return prefix + (string.CompareOrdinal(after, start) > 0 ? after : start);
    }
}
