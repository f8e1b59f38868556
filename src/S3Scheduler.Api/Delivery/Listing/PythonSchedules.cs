using System.Runtime.CompilerServices;

namespace S3Scheduler.Api.Delivery.Listing;

/// <summary>
/// Finds the Python library's schedules in the folder. Its keys have local times, so they are in due order only while
/// all offsets are equal: all of them are listed, one request for each 1,000.
/// </summary>
public sealed class PythonSchedules(
    IObjectStore store, ScheduleFolder folder, SchedulerOptions options, ILogger<PythonSchedules> logger)
{
    // Each of these is logged once, as it stays in the folder.
    private HashSet<string> _passedOver = [];

    /// <param name="dueBy">The store's time had reached this when the sweep began to look.</param>
    public async Task<PythonBacklog> ReadAsync(DateTimeOffset dueBy, CancellationToken cancellation)
    {
        if (!options.PythonSchedules) return PythonBacklog.None;

        var due = new List<PendingSchedule>();
        var passedOver = new HashSet<string>();
        DateTimeOffset? nextDueAt = null;
        await foreach (var listed in ListAsync(cancellation))
        {
            if (!folder.TryReadPython(listed, out var schedule)) passedOver.Add(listed.Key);
            else if (schedule.Key.DueAt <= dueBy) due.Add(schedule);
            else if (nextDueAt is null || schedule.Key.DueAt < nextDueAt) nextDueAt = schedule.Key.DueAt;
        }

        foreach (var key in passedOver.Except(_passedOver)) logger.PythonPassedOver(key);
        _passedOver = passedOver;
        return new PythonBacklog(dueBy, due.OrderBy(s => s.Key.DueAt), nextDueAt);
    }

    private async IAsyncEnumerable<ListedObject> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = "";
        while (true)
        {
            var page = await store.ListAsync(folder.Bucket, folder.PythonPrefix, after, SweepPage.Size, cancellation);
            foreach (var listed in page.Objects) yield return listed;
            if (!page.More) yield break;
            after = page.Objects[^1].Key;
        }
    }
}
