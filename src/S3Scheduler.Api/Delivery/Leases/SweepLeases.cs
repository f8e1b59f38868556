using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Leases;

/// <summary>
/// Gives one process at a time the right to sweep. Leases are numbered objects, and each number can be created only
/// once. They expire by the store's clock.
/// </summary>
public sealed class SweepLeases(
    IObjectStore store, ScheduleFolder folder, LeaseTerms terms, ILogger<SweepLeases> logger)
{
    /// <param name="page">The first page of the folder.</param>
    public async Task<LeaseAttempt> TryTakeAsync(SweepPage page, CancellationToken cancellation)
    {
        var newest = page.Leases is [var first, ..] ? first : null;
        var before = newest is null
            ? null : await LeaseRecord.ReadAsync(store, folder.Lease(newest.Number), cancellation);
        if (newest is not null && before is not { IsOver: true })
        {
            // LastModified and Date are both rounded down to the second.
            var end = newest.Listed.LastModified + (before?.Duration ?? terms.Duration) + ServerTime.Resolution;
            if (page.Time.Date < end) return new LeaseAttempt(null, null, end + ServerTime.Resolution);
        }

        // After a sweep that never closed its lease, any delivery may be a duplicate. The newest lease is never
        // deleted, so a folder without a lease was never swept.
        var unresolved = newest is null ? [] : before is { IsOver: true } ? before.Unresolved : null;
        // The lease may have been closed after it was listed.
        var written = before?.WrittenAt ?? newest?.Listed.LastModified;
        var unresolvedUntil = written is null ? DateTimeOffset.MinValue : written.Value + ServerTime.Resolution;
        var lease = new SweepLease(store, folder, terms, unresolved, unresolvedUntil, logger);
        return await lease.TryTakeAsync((newest?.Number ?? 0) + 1, cancellation) is { } work
            ? new LeaseAttempt(lease, work, store.Clock.Earliest)
            : new LeaseAttempt(null, null, store.Clock.Earliest + terms.Duration);
    }
}

/// <param name="Lease">Null: another process has it.</param>
/// <param name="Page">With a lease: the first page to deliver.</param>
/// <param name="RetryAt">Without a lease: when to try again, by the store's clock.</param>
public sealed record LeaseAttempt(SweepLease? Lease, SweepPage? Page, DateTimeOffset RetryAt);
