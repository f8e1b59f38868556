using S3Scheduler.Api.Delivery.Leases;
using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// The work of one sweep: looks find what is due, lanes copy, and batches delete, all at the same time. Nothing waits
/// for a page, a batch or the slowest copy. One loop starts whatever may start, whenever something has changed.
/// </summary>
/// <param name="isContinuous">
/// Whether it goes on while something will be due soon, and tries again what failed. If not, it ends when what was due
/// at the start was tried, but delivers what falls due meanwhile: a copy can take long, and nobody else may sweep.
/// </param>
internal sealed class DeliveryPipeline(
    IObjectStore store, ScheduleFolder folder, Deliverer deliverer, BatchDelete delete, SettledSchedules settled,
    DestinationBackoff backoff, SweepLease lease, Looks looks, Lanes lanes, SweepHealth health, DeliveryCounts counts,
    TimeProvider time, bool isContinuous, ILogger logger)
{
    /// <summary>
    /// The sweep does not end if something will be due so soon. It also suffices to find out the store's time.
    /// </summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan WhileLeaseIsRenewed = TimeSpan.FromMilliseconds(100);

    // Far above the time limits of a look's requests. It ends a sweep that would hang.
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(5);

    // So long a sweep that is done goes on for others while a copy takes long. New ones that take long can follow.
    private static readonly TimeSpan AfterDone = TimeSpan.FromSeconds(30);

    private readonly DeleteBatches _deletes = new(lanes, time);
    private volatile TaskCompletionSource _changed = new();
    private long _lookBegan = time.GetTimestamp();
    private long? _doneAt; // since when all that it was asked for was tried
    private int _delivering; // copies that may still join a batch of deletes
    private Task _sharpening = Task.CompletedTask;
    private DateTimeOffset? _sharpenedFor;

    /// <summary>All that was due by then was tried, or stays pending and counts as left.</summary>
    public DateTimeOffset ShownTo => looks.ShownTo ?? DateTimeOffset.MinValue;

    /// <summary>Whether it was stopped, or lost its lease, before all was tried.</summary>
    public bool Remains => _doneAt is null && (!looks.HasShownAll || lanes.HasReady);

    /// <summary>The deliveries of unknown outcome.</summary>
    public UnresolvedDeliveries Unresolved
    {
        get
        {
            var left = lanes.Left().Where(l => l.IsUnresolved || lease.MayHaveDuplicates(l.Bucket)).ToList();
            return new UnresolvedDeliveries(
                [.. left.Select(l => l.Bucket).Distinct()],
                left.Select(l => l.DueBy).Append(DateTimeOffset.MinValue).Max());
        }
    }

    /// <param name="first">The page that verified the lease.</param>
    /// <exception cref="StoreException">The folder can't be listed. Earlier deliveries stay delivered.</exception>
    public async Task RunAsync(SweepPage first, SweepStop stop)
    {
        using var stopping = stop.Over.Register(Changed);
        using var over = new CancellationTokenSource();
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(over.Token, stop.Over);
        var look = looks.BeginAsync(first, stop.Deletes);
        while (true)
        {
            var changed = _changed = new TaskCompletionSource();
            // Asked once: if the look ends from here on, that must end the wait below.
            var isLooking = !look.IsCompleted;
            var canGoOn = !stop.MustStop && lease.IsHeld && !look.IsFaulted && !look.IsCanceled && !HangsIn(look);
            if (!canGoOn) stop.GiveUp();
            else if (lease.IsBeingRenewed) health.SweepAsks();
            else health.SweepMayDeliver();
            var goesOn = canGoOn && (!IsDone(first.Now) || WaitsForLongCopy);
            if (goesOn && !isLooking && looks.Pause() <= TimeSpan.Zero)
                (look, isLooking) = (LookAsync(abandon.Token), true);
            if (goesOn && isContinuous && _sharpening.IsCompleted) _sharpening = SharpenAsync(abandon.Token);
            if (goesOn && lease.MayCopy)
                while (lanes.TryStart() is { } lane) _ = DeliverAsync(lane, stop);
            var canGrow = Volatile.Read(ref _delivering) > 0
                || (goesOn && (lanes.HasReady || isLooking || looks.IsUnderWay));
            // Asked first: what ends from here on can make the next copy possible.
            var isIdle = lanes.UnderWay == 0;
            var isEnding = !canGoOn || (_doneAt is null ? HasEnded(isLooking) : !goesOn);
            while (_deletes.TryTake(canGrow, isLast: isEnding && !canGrow) is { } batch) _ = DeleteAsync(batch, stop);
            if (lease.HasManyOutdated) _ = DeleteLeasesAsync(stop.Deletes);
            if (isEnding && isIdle) break;
            await WaitAsync(changed.Task, canGoOn, goesOn, canGrow, isLooking ? look : null);
        }

        over.Cancel();
        await DeleteLeasesAsync(stop.Deletes);
        if (HangsIn(look)) throw new TimeoutException("A look at the folder did not end.");
        await EndAsync(look);
        await EndAsync(_sharpening);
        if (look.IsFaulted && !stop.MustStop && _doneAt is null) await look;
    }

    // Of a sweep that is not continuous. From then on, it only has to end.
    private bool IsDone(DateTimeOffset start)
    {
        if (isContinuous || _doneAt is not null) return !isContinuous;
        if (!looks.HasShownAll || looks.ShowsAgain || lanes.WantsLook || !lanes.HasTried(start)) return false;
        lanes.KeepPauses();
        _doneAt = time.GetTimestamp();
        return true;
    }

    private bool WaitsForLongCopy =>
        _doneAt is { } since && lanes.HasLongCopy && time.GetElapsedTime(since) < AfterDone;

    // Of a continuous sweep: nothing is left and will be due soon.
    private bool HasEnded(bool isLooking) =>
        isContinuous && !isLooking && !looks.IsUnderWay && looks.HasShownAll && lanes.IsEmpty
        && !(looks.NextDueAt is { } next && store.Clock.PauseUntil(next) <= Soon);

    private async Task WaitAsync(Task changed, bool canGoOn, bool goesOn, bool canGrow, Task? look)
    {
        var waits = new List<TimeSpan?> { _deletes.ReadyIn(canGrow) };
        if (canGoOn && !goesOn) waits.Add(LaneQueue.LongCopy);
        if (goesOn)
        {
            waits.Add(lease.MayCopy ? lanes.NextStart : WhileLeaseIsRenewed);
            waits.Add(look is null ? looks.Pause() : LongestLook - time.GetElapsedTime(_lookBegan));
        }

        var events = new List<Task> { changed };
        if (look is not null) events.Add(look);
        using var enough = new CancellationTokenSource();
        // A millisecond more: timers may fire a little early, and the loop would spin.
        if (waits.Min() is { } wait && wait < TimeSpan.MaxValue)
            events.Add(Task.Delay(Max(wait, TimeSpan.Zero) + TimeSpan.FromMilliseconds(1), time, enough.Token));
        await Task.WhenAny(events);
        enough.Cancel();
    }

    private static async Task EndAsync(Task task) => await task.ConfigureAwait(
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private bool HangsIn(Task look) => !look.IsCompleted && time.GetElapsedTime(_lookBegan) > LongestLook;

    private async Task LookAsync(CancellationToken cancellation)
    {
        _lookBegan = time.GetTimestamp();
        await Task.Yield();
        if (!await looks.TryStepAsync(isContinuous, cancellation)) return;
        health.Looked(lanes.WaitingSince);
        counts.Looked();
    }

    // Once for each due time that is known ahead. It costs nothing while other requests tell the time.
    private async Task SharpenAsync(CancellationToken cancellation)
    {
        if (looks.NextDueAt is not { } next || next == _sharpenedFor || store.Clock.PauseUntil(next) > Soon) return;
        _sharpenedFor = next;
        await Task.Yield();
        await store.SharpenClockAsync(folder.Marker, next, time, cancellation);
    }

    private async Task DeliverAsync(Lane lane, SweepStop stop)
    {
        Interlocked.Increment(ref _delivering);
        await Task.Yield(); // so that all that may start does, each on its own
        var schedule = lane.Current!;
        var attempt = await TryDeliverAsync(schedule, lane.IsUnresolved, stop.Copies);
        var outcome = attempt.Outcome;
        lanes.CopyEnds(lane);
        switch (outcome)
        {
            case DeliveryOutcome.Delivered or DeliveryOutcome.Failed:
                _deletes.Add(new Copied(lane, schedule, attempt));
                break;
            case DeliveryOutcome.Marked:
                settled.Add(schedule, attempt);
                Settle(lane, outcome);
                break;
            case DeliveryOutcome.Gone:
                settled.SeemsGone(schedule);
                Settle(lane, outcome);
                break;
            default:
                lanes.Hold(lane, isUnresolved: outcome == DeliveryOutcome.Unknown);
                break;
        }

        if (outcome is DeliveryOutcome.Held or DeliveryOutcome.Unknown) counts.Add(lane.Destination, outcome);
        Interlocked.Decrement(ref _delivering);
        Changed();
    }

    private async Task<Attempt> TryDeliverAsync(
        PendingSchedule schedule, bool isUnresolved, CancellationToken abandon)
    {
        try
        {
            var mayBeDuplicate = isUnresolved || lease.MayBeDuplicate(schedule.Key);
            return await deliverer.DeliverAsync(schedule, lease, mayBeDuplicate, abandon);
        }
        catch (Exception fault)
        {
            // An unexpected fault must not stop other deliveries.
            logger.DeliveryBroke(fault, schedule.Key);
            backoff.Postpone(schedule.Key.Destination, "ServiceFault");
            return DeliveryOutcome.Unknown;
        }
    }

    private async Task DeleteAsync(IReadOnlyList<Copied> batch, SweepStop stop)
    {
        await Task.Yield();
        var outdated = lease.TakeOutdated(SweepPage.Size - batch.Count);
        var undeleted = await delete.RunAsync(batch, outdated, stop.Deletes);
        foreach (var (lane, schedule, attempt) in batch)
        {
            if (!undeleted.TryGetValue(schedule.Listed.Key, out var why) || why.IsReplaced)
            {
                // It was held for this delete, not for a copy.
                if (settled.Remove(schedule)) backoff.Resume(schedule.Key.Destination);
                Settle(lane, attempt.Outcome);
                continue;
            }

            if (settled.Add(schedule, attempt, why.IsRefused, hasReceipt: why.IsSent) && why.IsSent)
                logger.DeleteFailed(schedule.Key, why.Code);
            backoff.Postpone(schedule.Key.Destination, why.Reason);
            lanes.Hold(lane, isUnresolved: true);
        }

        _deletes.Ends();
        Changed();
    }

    private async Task DeleteLeasesAsync(CancellationToken abandon)
    {
        if (lease.TakeOutdated(SweepPage.Size) is { Count: > 0 } outdated) await delete.RunAsync(outdated, abandon);
    }

    private void Settle(Lane lane, DeliveryOutcome outcome)
    {
        lanes.Settle(lane, isGone: outcome == DeliveryOutcome.Gone);
        counts.Add(lane.Destination, outcome);
    }

    private void Changed() => _changed.TrySetResult();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
