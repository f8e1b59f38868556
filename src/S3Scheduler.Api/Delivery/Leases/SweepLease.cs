using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Leases;

/// <summary>
/// The right to sweep. Its duration starts before the lease is requested. Copies may start only in the first two thirds
/// of the duration. A renewal starts the duration again.
/// </summary>
/// <param name="unresolved">Buckets where the previous sweep left the outcome of a delivery unknown; null: all.</param>
/// <param name="unresolvedUntil">Those deliveries are of schedules that were due by this time.</param>
public sealed class SweepLease(
    IObjectStore store, ScheduleFolder folder, LeaseTerms terms, IReadOnlyList<string>? unresolved,
    DateTimeOffset unresolvedUntil, ILogger logger)
{
    private bool _seesAllUnresolved;
    private volatile Term? _held;
    private volatile Task _renewal = Task.CompletedTask;
    private long _number;

    /// <summary>Whether a copy may start now. Ask again after each await: the process may have stood still.</summary>
    public bool MayCopy => _held is { } held && store.Clock.Elapsed(held.Asked) < terms.Duration * 2 / 3;

    /// <summary>
    /// Waits for a renewal that is under way, before a copy starts. Otherwise copies that fill the store's queue could
    /// delay the renewal until the lease has expired.
    /// </summary>
    /// <param name="stop">Stops waiting for the renewal.</param>
    public async Task RenewalAsync(CancellationToken stop) => await _renewal.WaitAsync(stop)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>Whether an earlier sweep may have delivered to that bucket without learning of it.</summary>
    public bool MayBeDuplicate(string bucket) => unresolved?.Contains(bucket) ?? true;

    /// <returns>The first page to deliver, listed to verify the lease. Null: another process has the lease.</returns>
    public async Task<SweepPage?> TryTakeAsync(long number, CancellationToken cancellation)
    {
        if (await TryCreateAsync(number, cancellation) is not { } term) return null;

        var page = await SweepPage.ReadAsync(store, folder, folder.BeforeLeases, cancellation);
        _seesAllUnresolved = page.Now >= unresolvedUntil;
        return TryHold(term, page.Leases) ? page : null;
    }

    /// <summary>Renews the lease after each third of its duration until the sweep is over or a renewal fails.</summary>
    /// <param name="over">The sweep is over.</param>
    /// <param name="abandon">Stops waiting for responses. Cancelled later than <paramref name="over"/>.</param>
    public async Task KeepAsync(CancellationToken over, CancellationToken abandon)
    {
        try
        {
            while (_held is { } held)
            {
                await Task.Delay(terms.Duration / 3, terms.Time, over);
                // A stop does not cancel this request: the new lease may exist already, and must then be closed.
                await (_renewal = RenewAsync(held.Number + 1, abandon));
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The sweep is over.
        }
    }

    /// <summary>Lets others sweep at once.</summary>
    /// <param name="left">The buckets with deliveries of unknown outcome.</param>
    /// <param name="isComplete">Whether all that was due was tried.</param>
    public async Task CloseAsync(IReadOnlyCollection<string> left, bool isComplete, CancellationToken cancellation)
    {
        _held = null;
        // If this sweep has not tried everything, the buckets that were unresolved before it stay unresolved.
        IReadOnlyList<string>? stillUnresolved =
            isComplete && _seesAllUnresolved ? [.. left] : unresolved?.Union(left).ToList();
        var state = stillUnresolved is [] ? LeaseState.Closed : LeaseState.Unresolved;
        try
        {
            await terms.Record(_number, state, stillUnresolved)
                .WriteAsync(store, folder.Lease(_number), PutCondition.None, cancellation);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            logger.LeaseNotClosed(e.Message);
        }
    }

    private async Task RenewAsync(long number, CancellationToken abandon)
    {
        try
        {
            if (await TryRenewAsync(number, abandon)) return;
        }
        catch (StoreException fault)
        {
            logger.LeaseNotRenewed(fault.Code, fault.Message);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the answer any more.
        }

        _held = null;
    }

    private async Task<bool> TryRenewAsync(long number, CancellationToken abandon)
    {
        if (await TryCreateAsync(number, abandon) is not { } term) return false;
        _number = number; // this one must be closed, even if it can't be verified
        var page = await store.ListAsync(folder.Bucket, folder.BeforeLeases, folder.BeforeLeases, 1, abandon);
        return TryHold(term, folder.ReadLeases(page));
    }

    private async Task<Term?> TryCreateAsync(long number, CancellationToken cancellation)
    {
        var term = new Term(number, store.Clock.Read());
        var record = terms.Record(number, LeaseState.Open, null);
        try
        {
            var put = await record.WriteAsync(store, folder.Lease(number), PutCondition.IfAbsent, cancellation);
            return put.Stored ? term : null;
        }
        catch (StoreException fault) when (fault.IsTransient)
        {
            // Perhaps it was stored, and only the answer was lost.
            var written = await LeaseRecord.ReadAsync(store, folder.Lease(number), cancellation);
            return written?.Nonce == record.Nonce ? term : null;
        }
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
