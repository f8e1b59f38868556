using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Leases;

/// <summary>
/// The right to sweep. Its duration starts before the lease is requested. Copies may start only in the first two thirds
/// of the duration. A renewal starts the duration again.
/// </summary>
/// <param name="before">What the previous sweep left unresolved.</param>
public sealed class SweepLease(
    IObjectStore store, ScheduleFolder folder, StoreProbe probe, LeaseTerms terms, UnresolvedDeliveries before,
    ILogger logger)
{
    /// <summary>Between two tries to renew it while the store does not answer.</summary>
    private static readonly TimeSpan RenewalPause = TimeSpan.FromMilliseconds(500);

    private readonly List<ListedObject> _outdated = [];
    private volatile Term? _held;
    private volatile Task _renewal = Task.CompletedTask;
    private long _number;
    private DateTimeOffset _dueBy = before.Until;

    /// <summary>False: it was lost, and no copy may start any more.</summary>
    public bool IsHeld => _held is not null;

    /// <summary>Whether a renewal is under way: until it has ended, no copy starts.</summary>
    public bool IsBeingRenewed => !_renewal.IsCompleted;

    /// <summary>Whether a copy may start now. Ask again after each await: the process may have stood still.</summary>
    public bool MayCopy => _held is { } held && store.Clock.Elapsed(held.Asked) < terms.Duration * 2 / 3;

    /// <summary>
    /// Waits for a renewal that is under way, before a copy starts. Otherwise copies that fill the store's queue could
    /// delay the renewal until the lease has expired.
    /// </summary>
    /// <param name="stop">Stops waiting for the renewal.</param>
    public async Task RenewalAsync(CancellationToken stop) => await _renewal.WaitAsync(stop)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>Whether an earlier sweep may have delivered that schedule without learning of it.</summary>
    public bool MayBeDuplicate(ScheduleKey key) =>
        MayHaveDuplicates(key.Destination.Bucket) && key.DueAt <= before.Until;

    /// <summary>Whether an earlier sweep may have delivered to that bucket without learning of it.</summary>
    public bool MayHaveDuplicates(string bucket) => before.Buckets?.Contains(bucket) ?? true;

    /// <param name="limit">The most keys of that page. The older leases on it are deleted during the sweep.</param>
    /// <returns>The first page to deliver, listed to verify the lease. Null: another process has the lease.</returns>
    public async Task<SweepPage?> TryTakeAsync(long number, int limit, CancellationToken cancellation)
    {
        var (term, record) = Ask(number);
        if (!await TryCreateAsync(record, isRepeat: false, cancellation)) return null;

        var page = await SweepPage.ReadFirstAsync(store, folder, limit, cancellation);
        if (!TryHold(term, page.Leases)) return null;
        lock (_outdated) _outdated.AddRange(page.Leases.Skip(1).Select(l => l.Listed));
        return page;
    }

    /// <summary>Whether so many older leases have come together that they should be deleted by themselves.</summary>
    public bool HasManyOutdated
    {
        get { lock (_outdated) return _outdated.Count >= 10; }
    }

    /// <summary>Takes the older leases, which no longer count and should be deleted.</summary>
    /// <param name="most">How many.</param>
    public IReadOnlyList<ListedObject> TakeOutdated(int most)
    {
        lock (_outdated)
        {
            var taken = _outdated.Take(most).ToList();
            _outdated.RemoveRange(0, taken.Count);
            return taken;
        }
    }

    /// <summary>Renews the lease after each third of its duration, until the sweep is over or it is lost.</summary>
    /// <param name="over">The sweep is over.</param>
    /// <param name="abandon">Stops waiting for responses. Cancelled later than <paramref name="over"/>.</param>
    public async Task KeepAsync(CancellationToken over, CancellationToken abandon)
    {
        try
        {
            while (_held is { } held)
            {
                // A renewal that got no answer for long leaves a term that is over when it succeeds.
                var pause = terms.Duration / 3 - store.Clock.Elapsed(held.Asked);
                if (pause > TimeSpan.Zero) await Task.Delay(pause, terms.Time, over);
                // A stop does not cancel this request: the new lease may exist already, and must then be closed.
                await (_renewal = RenewAsync(held.Number + 1, over, abandon));
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The sweep is over.
        }
    }

    /// <summary>Lets others sweep at once.</summary>
    /// <param name="left">The deliveries of unknown outcome of this sweep.</param>
    /// <param name="shownTo">All that was due by then was tried, or its bucket is among those left.</param>
    /// <returns>False: it may be open, and keep others out until it expires.</returns>
    public async Task<bool> CloseAsync(
        UnresolvedDeliveries left, DateTimeOffset shownTo, CancellationToken cancellation)
    {
        _held = null;
        // If the store's clock was set back, they are of schedules that are due later than now.
        var until = left.Until > store.Clock.Latest ? left.Until : store.Clock.Latest;
        // If this sweep has not tried everything, the buckets that were unresolved before it stay unresolved.
        var isAllTried = shownTo >= before.Until;
        IReadOnlyList<string>? unresolved = isAllTried ? left.Buckets : before.Buckets?.Union(left.Buckets!).ToList();
        if (!isAllTried && before.Until > until) until = before.Until;
        try
        {
            await terms.Ended(_number, unresolved, until)
                .WriteAsync(store, folder.Lease(_number), PutCondition.None, cancellation);
            return true;
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            logger.LeaseNotClosed(e.Message);
            return false;
        }
    }

    // While the store does not answer, it is tried again: nothing is copied meanwhile, and the lease is only lost when
    // another process has the next number.
    private async Task RenewAsync(long number, CancellationToken over, CancellationToken abandon)
    {
        var (term, record) = Ask(number);
        try
        {
            for (var isRepeat = false; ; isRepeat = true)
            {
                try
                {
                    if (await TryRenewAsync(term, record, isRepeat, abandon)) return;
                    break;
                }
                catch (StoreException fault) when (fault.IsTransient && !over.IsCancellationRequested)
                {
                    if (!isRepeat) logger.LeaseNotRenewedYet(fault.Code, fault.Message);
                }

                await Task.Delay(RenewalPause, terms.Time, over);
            }
        }
        catch (StoreException fault)
        {
            logger.LeaseNotRenewed(fault.Code, fault.Message);
        }
        catch (OperationCanceledException)
        {
            // The sweep is over, or nobody waits for the answer any more.
        }

        _held = null;
    }

    private async Task<bool> TryRenewAsync(Term term, LeaseRecord record, bool isRepeat, CancellationToken abandon)
    {
        if (!await TryCreateAsync(record, isRepeat, abandon)) return false;
        _number = term.Number; // this one must be closed, even if it can't be verified
        var page = await store.ListLeasesAsync(folder, folder.LeasePrefix, 2, abandon);
        var leases = folder.ReadLeases(page);
        if (!TryHold(term, leases)) return false;
        lock (_outdated) _outdated.AddRange(leases.Skip(1).Select(l => l.Listed));
        return true;
    }

    // However often it is sent, the term begins before the first time.
    private (Term Term, LeaseRecord Record) Ask(long number)
    {
        // If the store's clock is set back during the sweep, what was delivered is due later than the lease's end.
        if (store.Clock.Latest is var latest && latest > _dueBy && latest < DateTimeOffset.MaxValue) _dueBy = latest;
        return (new Term(number, store.Clock.Read()), terms.Open(number, _dueBy));
    }

    /// <param name="isRepeat">It was sent before, without a response.</param>
    private async Task<bool> TryCreateAsync(LeaseRecord record, bool isRepeat, CancellationToken cancellation)
    {
        var lease = folder.Lease(record.Number);
        try
        {
            var put = await record.WriteAsync(store, lease, PutCondition.IfAbsent, cancellation);
            await probe.EnsureAsync(put, cancellation);
            if (put.Stored || !isRepeat) return put.Stored;
        }
        catch (StoreException fault) when (fault.IsTransient)
        {
            // Perhaps it was stored, and only the answer was lost.
            if (await LeaseRecord.ReadAsync(store, lease, cancellation) is { } written)
                return written.Nonce == record.Nonce;
            throw;
        }

        return (await LeaseRecord.ReadAsync(store, lease, cancellation))?.Nonce == record.Nonce;
    }

    // A process that was frozen may create a lease whose number is already outdated.
    private bool TryHold(Term term, IReadOnlyList<ListedLease> leases)
    {
        if (leases is not [var newest, ..] || newest.Number != term.Number) return false;
        (_held, _number) = (term, term.Number);
        return true;
    }

    private sealed record Term(long Number, LocalTime Asked);
}

/// <summary>Deliveries of earlier sweeps whose outcome is not known.</summary>
/// <param name="Buckets">Their destination buckets; null: all.</param>
/// <param name="Until">They are of schedules that were due by this time.</param>
public sealed record UnresolvedDeliveries(IReadOnlyList<string>? Buckets, DateTimeOffset Until);
