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

    /// <param name="dueBy">A time that the store's clock had reached when the sweep began to list.</param>
    public async Task<PythonBacklog> ReadAsync(DateTimeOffset dueBy, CancellationToken cancellation)
    {
        if (!options.PythonSchedules) return PythonBacklog.None;

        var due = new List<PendingSchedule>();
        var passedOver = new HashSet<string>();
        DateTimeOffset? nextDueAt = null;
        await foreach (var listed in ListAsync(cancellation))
        {
            if (!PythonKey.TryParse(listed.Key, out var key)) passedOver.Add(listed.Key);
            else if (key.DueAt <= dueBy) due.Add(new PendingSchedule(key, listed));
            else if (nextDueAt is null || key.DueAt < nextDueAt) nextDueAt = key.DueAt;
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

/// <summary>The due schedules of the Python library, which a sweep merges into its own pages in due order.</summary>
/// <param name="dueBy">Schedules of either kind that are due later wait for the next sweep, to keep the order.</param>
/// <param name="due">In due order.</param>
/// <param name="nextDueAt">The due time of the library's next schedule that is not due yet; null: none.</param>
public sealed class PythonBacklog(DateTimeOffset dueBy, IEnumerable<PendingSchedule> due, DateTimeOffset? nextDueAt)
{
    /// <summary>Empty: no schedules to merge, and none to wait for.</summary>
    public static readonly PythonBacklog None = new(DateTimeOffset.MaxValue, [], null);

    private readonly Queue<PendingSchedule> _due = new(due);

    public DateTimeOffset DueBy => dueBy;

    /// <summary>Adds those that belong between the page's schedules. Each is added once.</summary>
    public SweepPage AddTo(SweepPage page)
    {
        page = page.Until(dueBy);
        // A schedule due after the last one of this page may have to wait for the first one of the next page.
        var last = page.Due.Count > 0 ? page.Due[^1].Key.DueAt : DateTimeOffset.MinValue;
        // The store's clock may have been set back since: then the page lacks what is due no more.
        var all = page.Now < dueBy ? page.Now : dueBy;
        var until = page.After is null ? all : last;
        var added = new List<PendingSchedule>();
        while (_due.TryPeek(out var next) && next.Key.DueAt <= until) added.Add(_due.Dequeue());
        return page with
        {
            Due = added.Count == 0 ? page.Due : [.. page.Due.Concat(added).OrderBy(s => s.Key.DueAt)],
            NextDueAt = new[] { page.NextDueAt, nextDueAt }.Min(),
        };
    }
}
