using System.Collections.Concurrent;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Makes failed schedules pending again, due now, each under a new key.</summary>
public sealed class Retries(
    IObjectStore store, ScheduleFolder folder, Scheduler scheduler, FailedSchedules failed, Claims claims,
    ScheduleList list, Spool spool, SchedulerOptions options)
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public async Task<RetryResult> RetryAsync(ScheduleKey key, CancellationToken cancellation) =>
        await RetryAsync(await scheduler.AsStoredAsync(key, cancellation), null, cancellation);

    /// <summary>
    /// Retries a page of failed schedules. Those that are still pending, whose destination is not allowed, whose
    /// content is archived, or that the store refuses, are left out. So are those that another caller retries, with
    /// those after them to the same destination.
    /// </summary>
    /// <param name="query">Of failed schedules.</param>
    /// <exception cref="StoreException">The store refuses all of them, or can't be reached.</exception>
    public async Task<RetriedPage> RetryAllAsync(ScheduleQuery query, CancellationToken cancellation)
    {
        var page = await list.ReadAsync(query, cancellation);
        await claims.RemoveLeftoversAsync(cancellation);
        var retried = 0;
        var refusals = new ConcurrentBag<StoreException>();
        var parallel = ParallelRequests.UpTo(options.Concurrency, cancellation);
        await Parallel.ForEachAsync(page.Schedules.GroupBy(s => s.Key.Destination), parallel, async (same, token) =>
        {
            // To one destination in due order, so that the newest stays.
            DateTimeOffset? last = null;
            foreach (var schedule in same)
            {
                var result = await RetryOneOfManyAsync(schedule.Key, last, refusals, token);
                if (result.Outcome == RetryOutcome.UnderWay) break; // what comes later must not overtake it
                if (result.Outcome != RetryOutcome.Retried) continue;
                last = result.Schedule!.Key.DueAt;
                Interlocked.Increment(ref retried);
            }
        });
        // Then it is not for something in the schedules.
        if (!refusals.IsEmpty && refusals.Count == page.Schedules.Count) throw refusals.First();
        return new RetriedPage(retried, page.Next);
    }

    /// <summary>
    /// What <see cref="RetryAllAsync"/> would retry, as far as that is known without reading the schedules.
    /// </summary>
    public async Task<RetriedPage> CountAsync(ScheduleQuery query, CancellationToken cancellation)
    {
        var page = await list.ReadAsync(query, cancellation);
        return new RetriedPage(page.Schedules.Count(s => folder.FaultOf(s.Key.Destination) is null), page.Next);
    }

    // One that the store refuses stays failed, such as one with a header that can't be sent. The others do not wait for
    // somebody to repair it.
    private async Task<RetryResult> RetryOneOfManyAsync(
        ScheduleKey key, DateTimeOffset? after, ConcurrentBag<StoreException> refusals, CancellationToken cancellation)
    {
        try
        {
            return await RetryAsync(key, after, cancellation);
        }
        catch (StoreException fault) when (!fault.IsTransient && !fault.IsServiceFault)
        {
            if (fault.Code != StoreException.AttributesLost) refusals.Add(fault);
            return new(RetryOutcome.NotFound);
        }
    }

    /// <param name="after">The new due time comes later than this.</param>
    private async Task<RetryResult> RetryAsync(ScheduleKey key, DateTimeOffset? after, CancellationToken cancellation)
    {
        // While the pending object exists, a sweep may still deliver it. A retry would then deliver it twice.
        if (await scheduler.GetPendingAsync(key, cancellation) is { } pending)
            return new(RetryOutcome.StillPending, pending);
        if (await failed.FindAsync(key, cancellation) is not { Count: > 0 } found) return new(RetryOutcome.NotFound);
        if (folder.FaultOf(key.Destination) is not null) return new(RetryOutcome.NotAllowed);
        try
        {
            return await BringBackAsync(found, after, cancellation);
        }
        catch (StoreException fault) when (fault.Code == StoreException.Archived)
        {
            return new(RetryOutcome.Archived);
        }
    }

    private async Task<RetryResult> BringBackAsync(
        IReadOnlyList<FailedSchedule> found, DateTimeOffset? after, CancellationToken cancellation)
    {
        var first = found[0];
        if (await store.HeadAsync(folder.At(first), cancellation) is not { } info || !FailedSchedules.IsOf(first, info))
            return new(RetryOutcome.NotFound);
        await using var claim = claims.On(first.Key, folder.At(first), info);
        while (true)
        {
            // Opened again for each try: big content can be read only once.
            await using var stored = await store.GetAsync(folder.At(first), cancellation);
            if (stored is null) return new(RetryOutcome.NotFound);
            await using var content = await StreamedContent.OpenAsync(spool, stored.Content, cancellation);
            var dueAt = after is { } last ? last + Millisecond : first.Key.DueAt;
            var again = NewSchedule.Again(new Due(dueAt), first.Key.Destination, content, stored.Info.Attributes);
            var result = await scheduler.ScheduleAgainAsync(again, claim, cancellation);
            if (result is null && claim.State == ClaimState.Gone) return new(RetryOutcome.NotFound);
            if (result is null && claim.State != ClaimState.Stored)
                return new(RetryOutcome.UnderWay) { Others = claim.Others };
            var schedule = result?.Schedule ?? claim.Stored!;
            after = schedule.Key.DueAt;
            // Another schedule has this key. Try the next one, even if the content is the same.
            if (result is { Outcome: not ScheduleOutcome.Created }) continue;
            // Delete the failed schedule only now that the new one is stored.
            await failed.DeleteAsync(await SameAsync(info, found, cancellation), cancellation);
            claim.Settle();
            return new(RetryOutcome.Retried, schedule);
        }
    }

    // A late upload may have used the key again and failed with another error. It is a different schedule.
    private async Task<IReadOnlyList<FailedSchedule>> SameAsync(
        ObjectInfo first, IReadOnlyList<FailedSchedule> found, CancellationToken cancellation)
    {
        var same = new List<FailedSchedule> { found[0] };
        foreach (var other in found.Skip(1))
        {
            var isSame = other.Mark?.Means(first)
                ?? ScheduleId.Of(await store.HeadAsync(folder.At(other), cancellation)) == ScheduleId.Of(first);
            if (isSame) same.Add(other);
        }

        return same;
    }
}
