using S3Scheduler.Api.Layout;

namespace S3Scheduler.Api.Delivery.Looks;

/// <summary>The Python library's schedules that a sweep has to deliver, to go in between its own in due order.</summary>
/// <param name="dueBy">Its own schedules that are due later than this wait for the next sweep too, or they would overtake.</param>
/// <param name="due">In due order.</param>
/// <param name="nextDueAt">Of the first that was not due; null: there is none.</param>
public sealed class PythonBacklog(DateTimeOffset dueBy, IEnumerable<PendingSchedule> due, DateTimeOffset? nextDueAt)
{
    /// <summary>There is none, and nothing to wait for.</summary>
    public static readonly PythonBacklog None = new(DateTimeOffset.MaxValue, [], null);

    private readonly Queue<PendingSchedule> _due = new(due);

    /// <summary>The page with those of the backlog that belong between its schedules; each is given out once.</summary>
    public SweepPage AddTo(SweepPage page)
    {
        page = page.Until(dueBy);
        // What is due after the last of a page may have to wait for the first of the next one.
        var until = page.After is null ? dueBy : page.Due.Select(s => s.Key.DueAt).LastOrDefault(DateTimeOffset.MinValue);
        var added = new List<PendingSchedule>();
        while (_due.TryPeek(out var next) && next.Key.DueAt <= until) added.Add(_due.Dequeue());
        return page with
        {
            Due = added.Count == 0 ? page.Due : [.. page.Due.Concat(added).OrderBy(s => s.Key.DueAt)],
            NextDueAt = new[] { page.NextDueAt, nextDueAt }.Min(),
        };
    }
}
