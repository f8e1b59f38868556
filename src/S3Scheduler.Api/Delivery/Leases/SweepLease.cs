using S3Scheduler.Api.Delivery.Looks;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Storage.Time;
using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Delivery.Leases;

/// <summary>
/// The right to sweep: from before it was asked for until two thirds of its duration are over, unless it is renewed.
/// </summary>
/// <param name="unresolved">The buckets that the sweep before left with deliveries of unknown outcome; null: it may be any.</param>
/// <param name="unresolvedUntil">What had become due by then may be of those.</param>
public sealed class SweepLease(
    IObjectStore store, ScheduleFolder folder, LeaseTerms terms, IReadOnlyList<string>? unresolved, DateTimeOffset unresolvedUntil,
    ILogger logger)
{
    private bool _seesAllUnresolved;
    private volatile Term? _held;
    private long _number;

    /// <summary>Whether a copy may be started now.</summary>
    public bool MayCopy => _held is { } held && store.Clock.Elapsed(held.Asked) < terms.Duration * 2 / 3;

    /// <summary>Whether a delivery to that bucket may have been made already, by a sweep that did not learn of it.</summary>
    public bool MayBeDuplicate(string bucket) => unresolved?.Contains(bucket) ?? true;

    /// <returns>The page that verifies it, which is the first of the work; null: another process has the lease.</returns>
    public async Task<SweepPage?> TryTakeAsync(long number, CancellationToken cancellation)
    {
        if (await TryCreateAsync(number, cancellation) is not { } term) return null;

        var page = await SweepPage.ReadAsync(store, folder, folder.BeforeLeases, cancellation);
        _seesAllUnresolved = page.Now >= unresolvedUntil;
        return TryHold(term, page.Leases) ? page : null;
    }

    /// <summary>Renews the lease whenever a third of it is over, until it is stopped. What can't be renewed is given up.</summary>
    /// <param name="abandon">Gives up waiting for an answer: it comes later than <paramref name="stop"/>.</param>
    public async Task KeepAsync(CancellationToken stop, CancellationToken abandon)
    {
        try
        {
            while (_held is { } held)
            {
                await Task.Delay(terms.Duration / 3, terms.Time, stop);
                // Not cut off when the sweep is over: a lease that is asked for may be given, and is to be closed.
                if (!await TryRenewAsync(held.Number + 1, abandon)) _held = null;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sweep is over.
        }
        catch (StoreException fault)
        {
            _held = null;
            logger.LeaseNotRenewed(fault.Code, fault.Message);
        }
    }

    /// <summary>Lets others sweep at once.</summary>
    /// <param name="left">The buckets with deliveries of unknown outcome.</param>
    /// <param name="isWhole">Whether all that was due was tried.</param>
    public async Task CloseAsync(IReadOnlyCollection<string> left, bool isWhole, CancellationToken cancellation)
    {
        _held = null;
        // What this sweep has not come to is as unresolved as it was before.
        IReadOnlyList<string>? stillUnresolved = isWhole && _seesAllUnresolved ? [.. left] : unresolved?.Union(left).ToList();
        var record = terms.Record(_number, stillUnresolved is [] ? LeaseState.Closed : LeaseState.Unresolved, stillUnresolved);
        try
        {
            await record.WriteAsync(store, folder.Lease(_number), PutCondition.None, cancellation);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            logger.LeaseNotClosed(e.Message);
        }
    }

    private async Task<bool> TryRenewAsync(long number, CancellationToken cancellation)
    {
        if (await TryCreateAsync(number, cancellation) is not { } term) return false;
        _number = number; // to be closed, even where it can't be verified
        var page = await store.ListAsync(folder.Bucket, folder.BeforeLeases, folder.BeforeLeases, 1, cancellation);
        return TryHold(term, folder.ReadLeases(page));
    }

    private async Task<Term?> TryCreateAsync(long number, CancellationToken cancellation)
    {
        var term = new Term(number, store.Clock.Read());
        var record = terms.Record(number, LeaseState.Open, null);
        try
        {
            return (await record.WriteAsync(store, folder.Lease(number), PutCondition.IfAbsent, cancellation)).Stored ? term : null;
        }
        catch (StoreException fault) when (fault.IsTransient)
        {
            // Perhaps only the answer was lost.
            var written = await LeaseRecord.ReadAsync(store, folder.Lease(number), cancellation);
            return written?.Nonce == record.Nonce ? term : null;
        }
    }

    // A process that was stalled may have won a number that is history.
    private bool TryHold(Term term, IReadOnlyList<ListedLease> leases)
    {
        if (leases is not [var newest, ..] || newest.Number != term.Number) return false;
        (_held, _number) = (term, term.Number);
        return true;
    }

    private sealed record Term(long Number, LocalTime Asked);
}
