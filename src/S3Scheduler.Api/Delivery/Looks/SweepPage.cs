using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Storage.Time;

namespace S3Scheduler.Api.Delivery.Looks;

/// <summary>One page of the folder, as a sweep sees it.</summary>
/// <param name="Now">The store's time was not before this when the page was asked for; what was due then is <paramref name="Due"/>.</param>
/// <param name="Leases">Newest first; only the first page has any.</param>
/// <param name="Due">In due order.</param>
/// <param name="NextDueAt">Of the first pending schedule that was not due; null: none on this page.</param>
/// <param name="After">Where the next page goes on; null: nothing due follows.</param>
public sealed record SweepPage(
    DateTimeOffset Now, IReadOnlyList<ListedLease> Leases, IReadOnlyList<PendingSchedule> Due, DateTimeOffset? NextDueAt, string? After,
    ServerTime Time)
{
    /// <summary>The most that a LIST has, and a DELETE takes.</summary>
    public const int Size = 1000;

    /// <summary>One LIST request.</summary>
    public static async Task<SweepPage> ReadAsync(
        IObjectStore store, ScheduleFolder folder, string after, CancellationToken cancellation)
    {
        // As it was when the LIST was sent: what is posted from then on is keyed later than that.
        var now = store.Clock.Earliest;
        var page = await store.ListAsync(folder.Bucket, folder.Prefix, after, Size, cancellation);
        var pending = folder.Read(page);
        var due = pending.TakeWhile(s => s.Key.DueAt <= now).ToList();
        var isLast = due.Count < pending.Count || !folder.HasMorePending(page);
        return new SweepPage(
            now, folder.ReadLeases(page), due, pending.Skip(due.Count).FirstOrDefault()?.Key.DueAt,
            isLast ? null : page.Objects[^1].Key, page.Time);
    }

    /// <summary>The same with only what was due by then.</summary>
    public SweepPage Until(DateTimeOffset dueBy)
    {
        var due = Due.TakeWhile(s => s.Key.DueAt <= dueBy).ToList();
        return due.Count == Due.Count ? this : this with { Due = due, NextDueAt = Due[due.Count].Key.DueAt, After = null };
    }
}
