namespace S3Scheduler.Api.Delivery.Listing;

/// <summary>One page of the folder, as a sweep sees it.</summary>
/// <param name="Now">The store's time had reached this when the page was asked for.</param>
/// <param name="Leases">Newest first; only the first page has any.</param>
/// <param name="Due">What was due at <paramref name="Now"/>, in due order.</param>
/// <param name="NextDueAt">When the first schedule that was not due will be due; null: this page has none.</param>
/// <param name="After">Where the next page starts; null: no due schedule follows.</param>
/// <param name="NotLeases">How many objects among the leases are none.</param>
public sealed record SweepPage(
    DateTimeOffset Now, IReadOnlyList<ListedLease> Leases, IReadOnlyList<PendingSchedule> Due,
    DateTimeOffset? NextDueAt, string? After, ServerTime Time, int NotLeases)
{
    /// <summary>The most keys that a LIST returns, and that a DELETE takes.</summary>
    public const int Size = 1000;

    /// <summary>Enough for the newest leases and the next schedule, and cheap at any backlog.</summary>
    public const int Small = 32;

    /// <summary>One LIST request.</summary>
    /// <param name="limit">The most keys; 1 to <see cref="Size"/>.</param>
    public static async Task<SweepPage> ReadAsync(
        IObjectStore store, ScheduleFolder folder, string after, int limit, CancellationToken cancellation)
    {
        // The time when the LIST is sent: a schedule posted later has a later key, so the page can't skip it.
        var now = store.Clock.Earliest;
        return Of(now, folder, await store.ListAsync(folder.Bucket, folder.Prefix, after, limit, cancellation));
    }

    /// <summary>The page that begins with the leases. One LIST request, or two.</summary>
    /// <exception cref="StoreException">Other objects hide the leases.</exception>
    public static async Task<SweepPage> ReadFirstAsync(
        IObjectStore store, ScheduleFolder folder, int limit, CancellationToken cancellation)
    {
        var now = store.Clock.Earliest;
        return Of(now, folder, await store.ListLeasesAsync(folder, folder.Prefix, limit, cancellation));
    }

    private static SweepPage Of(DateTimeOffset now, ScheduleFolder folder, ObjectPage page)
    {
        var pending = folder.Read(page);
        var due = pending.TakeWhile(s => s.Key.DueAt <= now).ToList();
        var next = due.Count < pending.Count ? null : folder.NextPending(page);
        return new SweepPage(
            now, folder.ReadLeases(page), due, pending.Skip(due.Count).FirstOrDefault()?.Key.DueAt,
            next?.After, page.Time, folder.CountNotLeases(page));
    }

    /// <summary>The same page with only what was due by then.</summary>
    public SweepPage Until(DateTimeOffset dueBy)
    {
        var due = Due.TakeWhile(s => s.Key.DueAt <= dueBy).ToList();
        if (due.Count == Due.Count) return this;
        return this with { Due = due, NextDueAt = Due[due.Count].Key.DueAt, After = null };
    }
}
