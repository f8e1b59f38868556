namespace S3Scheduler.Api.Delivery.Listing;

/// <summary>The schedules that have failed and could not be moved. There are few, if any.</summary>
public static class MarkedSchedules
{
    /// <summary>One LIST request for each 1,000.</summary>
    public static async Task<HashSet<ScheduleKey>> ReadAsync(
        IObjectStore store, ScheduleFolder folder, CancellationToken cancellation)
    {
        var marked = new HashSet<ScheduleKey>();
        for (var after = ""; after is not null;)
        {
            var page = await store.ListAsync(folder.Bucket, folder.MarksPrefix, after, SweepPage.Size, cancellation);
            marked.UnionWith(folder.ReadMarks(page));
            after = folder.NextMark(page)?.After;
        }

        return marked;
    }
}
