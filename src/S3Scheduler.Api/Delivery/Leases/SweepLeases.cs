using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Leases;

/// <summary>
/// Gives one process at a time the right to sweep. Leases are numbered objects, and each number can be created only
/// once. They expire by the store's clock or, if that was set, when this process has seen one unchanged long enough.
/// </summary>
public sealed class SweepLeases(
    IObjectStore store, ScheduleFolder folder, StoreProbe probe, LeaseTerms terms, ILogger<SweepLeases> logger)
{
    private const int MostDoublings = 4;

    /// <summary>Keys for a sweep to begin with.</summary>
    private const int Enough = 100;

    /// <summary>Clocks of the store's front ends may differ by this much, and it is not noticed.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(4);

    private (long Number, long Since) _seen;
    private (int Jumps, long Since) _clock;
    private int _refusals;

    /// <param name="page">The first page of the folder.</param>
    public async Task<LeaseAttempt> TryTakeAsync(SweepPage page, CancellationToken cancellation)
    {
        var newest = page.Leases is [var first, ..] ? first : null;
        if (newest is not null && newest.Number != _seen.Number)
            _seen = (newest.Number, terms.Time.GetTimestamp());
        var before = newest is null
            ? null : await LeaseRecord.ReadAsync(store, folder.Lease(newest.Number), cancellation);
        // One sweep at a time runs in this process. So its own lease is over, and only the request to close it failed.
        var isFree = before is not null && (before.IsOver || before.Owner == terms.Owner);
        if (newest is not null && !isFree)
        {
            var duration = before?.Duration ?? terms.Duration;
            // LastModified and Date are both rounded down to the second.
            var end = newest.Listed.LastModified + KeepsOut(duration) + ServerTime.Resolution;
            if (!IsExpired(end, duration)) return Refused(end + ServerTime.Resolution);
        }

        var lease = new SweepLease(store, folder, probe, terms, LeftBy(newest, before), logger);
        // Killed processes leave their leases, and a look has to read past all of them.
        var limit = page.Leases.Count < SweepPage.Small ? Enough : SweepPage.Size;
        if (await lease.TryTakeAsync((newest?.Number ?? 0) + 1, limit, cancellation) is not { } work)
            return Refused(store.Clock.Earliest + terms.Duration);
        _refusals = 0;
        return new LeaseAttempt(lease, work, store.Clock.Earliest);
    }

    // At least from the last copy of its holder until no difference between clocks matters.
    private static TimeSpan KeepsOut(TimeSpan duration)
    {
        var copies = duration * 2 / 3 + ClockDifference;
        return copies > duration ? copies : duration;
    }

    private bool IsExpired(DateTimeOffset end, TimeSpan duration)
    {
        // Only the monotonic clock: a wall clock that is set forward must not end another's lease.
        if (terms.Time.GetElapsedTime(_seen.Since) >= duration + ServerTime.Resolution) return true;
        if (store.Clock.Jumps != _clock.Jumps) _clock = (store.Clock.Jumps, terms.Time.GetTimestamp());
        // If the store's clock was set after the lease was written, it does not tell the lease's age.
        var isSteady = _clock.Jumps == 0 || terms.Time.GetElapsedTime(_clock.Since) >= duration;
        return isSteady && !store.Clock.IsInDoubt && store.Clock.Earliest >= end;
    }

    // Something is due, and the other process may end at any time: look again soon, not only when its lease ends. A
    // process that was killed holds its lease until this one has seen it unchanged for long enough, so see it early.
    private LeaseAttempt Refused(DateTimeOffset end)
    {
        var pause = TimeSpan.FromSeconds(1 << Math.Min(_refusals++, MostDoublings));
        var renewal = terms.Duration / 3;
        var soon = store.Clock.Earliest + (pause < renewal ? pause : renewal);
        return new LeaseAttempt(null, null, soon < end ? soon : end);
    }

    private UnresolvedDeliveries LeftBy(ListedLease? newest, LeaseRecord? before)
    {
        // The newest lease is never deleted, so a folder without a lease was never swept.
        if (newest is null) return new UnresolvedDeliveries([], DateTimeOffset.MinValue);
        // After a sweep that never closed its lease, any delivery until the lease's end may be a duplicate. If the
        // store's clock was set back, that is in the future. The lease may have been closed after it was listed.
        var written = before?.WrittenAt ?? newest.Listed.LastModified;
        var end = written + (before?.Duration ?? terms.Duration) + ServerTime.Resolution;
        if (before is not { IsOver: true })
        {
            // If the store's clock was set forward meanwhile, its holder has delivered what was due by then.
            var now = store.Clock.Earliest;
            return new UnresolvedDeliveries(null, new[] { end, now, before?.UnresolvedUntil ?? end }.Max());
        }

        var until = before.Unresolved is [] ? DateTimeOffset.MinValue : before.UnresolvedUntil ?? end;
        return new UnresolvedDeliveries(before.Unresolved, until);
    }
}

/// <param name="Lease">Null: another process has it.</param>
/// <param name="Page">With a lease: the first page to deliver.</param>
/// <param name="RetryAt">Without a lease: when to try again, by the store's clock.</param>
public sealed record LeaseAttempt(SweepLease? Lease, SweepPage? Page, DateTimeOffset RetryAt);
