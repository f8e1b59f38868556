namespace S3Scheduler.Api.Delivery.Listing;

/// <summary>The due schedules of the Python library, which a sweep merges into its own pages in due order.</summary>
/// <param name="dueBy">The service's own schedules that are due later wait too, or they could overtake.</param>
/// <param name="due">In due order.</param>
/// <param name="nextDueAt">When the first of the library's schedules that is not due will be due; null: none.</param>
public sealed class PythonBacklog(DateTimeOffset dueBy, IEnumerable<PendingSchedule> due, DateTimeOffset? nextDueAt)
{
    /// <summary>There is none, and nothing to wait for.</summary>
    public static readonly PythonBacklog None = new(DateTimeOffset.MaxValue, [], null);

    private readonly Queue<PendingSchedule> _due = new(due);

    /// <summary>Adds those that belong between the page's schedules. Each is added once.</summary>
    public SweepPage AddTo(SweepPage page)
    {
        page = page.Until(dueBy);
        // A schedule due after the last one of this page may have to wait for the first one of the next page.
        var last = page.Due.Count > 0 ? page.Due[^1].Key.DueAt : DateTimeOffset.MinValue;
        var until = page.After is null ? dueBy : last;
        var added = new List<PendingSchedule>();
        while (_due.TryPeek(out var next) && next.Key.DueAt <= until) added.Add(_due.Dequeue());
        return page with
        {
            Due = added.Count == 0 ? page.Due : [.. page.Due.Concat(added).OrderBy(s => s.Key.DueAt)],
            NextDueAt = new[] { page.NextDueAt, nextDueAt }.Min(),
        };
    }
}
