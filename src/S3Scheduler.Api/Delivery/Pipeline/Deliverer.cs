using S3Scheduler.Api.Delivery.Leases;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>Copies one due schedule to its destination or, if that can never succeed, under <c>.failed</c>.</summary>
public sealed class Deliverer(
    IObjectStore store, ScheduleFolder folder, DestinationBackoff backoff, SchedulerOptions options,
    ILogger<Deliverer> logger)
{
    /// <param name="lease">The sweep's lease. If it expires while a response is awaited, nothing is copied.</param>
    /// <param name="abandon">Stop waiting for an answer.</param>
    public async Task<DeliveryOutcome> DeliverAsync(
        PendingSchedule schedule, SweepLease lease, CancellationToken abandon)
    {
        var destination = schedule.Key.Destination;
        if (backoff.Holds(destination.Bucket)) return DeliveryOutcome.Held;
        try
        {
            var target = new ObjectAddress(destination.Bucket, destination.Key);
            var isThere = lease.MayBeDuplicate(destination.Bucket) && await IsThereAsync(schedule, target, abandon);
            if (!isThere) await lease.RenewalAsync(abandon);
            if (!isThere && !lease.MayCopy) return DeliveryOutcome.Held;

            var copied = isThere ? CopyOutcome.Copied : await CopyAsync(schedule, target, lease, abandon);
            backoff.Succeeded(destination.Bucket);
            return OutcomeOf(copied, DeliveryOutcome.Delivered);
        }
        catch (OperationCanceledException)
        {
            return DeliveryOutcome.Unknown;
        }
        catch (StoreException fault) when (fault.IsServiceFault || (fault.IsTransient && MayRetry(schedule.Key.DueAt)))
        {
            backoff.Failed(destination.Bucket);
            logger.DeliveryPostponed(schedule.Key, fault.Code, fault.Message);
            return DeliveryOutcome.Unknown;
        }
        catch (StoreException fault)
        {
            return await MoveToFailedAsync(schedule, lease, fault, abandon);
        }
    }

    private Task<CopyOutcome> CopyAsync(
        PendingSchedule schedule, ObjectAddress target, SweepLease lease, CancellationToken abandon) =>
        store.CopyAsync(folder.At(schedule), schedule.Listed.Size, target, () => lease.MayCopy, abandon);

    private static DeliveryOutcome OutcomeOf(CopyOutcome copied, DeliveryOutcome success) => copied switch
    {
        CopyOutcome.Copied => success,
        CopyOutcome.GivenUp => DeliveryOutcome.Held,
        _ => DeliveryOutcome.Gone,
    };

    // Compares the schedule-id, which COPY keeps: equal bytes may come from an earlier schedule.
    private async Task<bool> IsThereAsync(PendingSchedule schedule, ObjectAddress target, CancellationToken abandon)
    {
        try
        {
            return ScheduleId.Of(await store.HeadAsync(target, abandon)) is { } there
                && ScheduleId.Of(await store.HeadAsync(folder.At(schedule), abandon)) == there;
        }
        catch (StoreException fault) when (!fault.IsTransient && !fault.IsServiceFault)
        {
            // Without the right to read the destination, S3 answers 403 whether the object exists or not.
            return false;
        }
    }

    private bool MayRetry(DateTimeOffset dueAt) => !(store.Clock.Earliest - dueAt > options.RetryWindow);

    private async Task<DeliveryOutcome> MoveToFailedAsync(
        PendingSchedule schedule, SweepLease lease, StoreException fault, CancellationToken abandon)
    {
        try
        {
            var failed = folder.Failed(schedule.Key, fault.Code);
            // A late upload may have used the key of a failed schedule again. The one that failed first must stay.
            if (await HoldsAnotherAsync(failed, schedule, abandon)) return DeliveryOutcome.Held;
            await lease.RenewalAsync(abandon);
            if (!lease.MayCopy) return DeliveryOutcome.Unknown;

            logger.DeliveryFailed(schedule.Key, fault.Code, fault.Message);
            return OutcomeOf(await CopyAsync(schedule, failed, lease, abandon), DeliveryOutcome.Failed);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            logger.MoveFailed(schedule.Key, e.Message);
            return DeliveryOutcome.Unknown;
        }
    }

    private async Task<bool> HoldsAnotherAsync(
        ObjectAddress failed, PendingSchedule schedule, CancellationToken abandon)
    {
        if (await store.HeadAsync(failed, abandon) is not { } there) return false;
        var here = await store.HeadAsync(folder.At(schedule), abandon);
        // Without ids, two objects with one key and the same content are the same schedule.
        return ScheduleId.Of(there) is { } id ? id != ScheduleId.Of(here) : there.ETag != here?.ETag;
    }
}

public enum DeliveryOutcome
{
    /// <summary>The content is at its destination; the pending object can be deleted.</summary>
    Delivered,

    /// <summary>The schedule is under <c>.failed</c>; the pending object can be deleted.</summary>
    Failed,

    /// <summary>The schedule is no longer pending: it was cancelled.</summary>
    Gone,

    /// <summary>The schedule stays pending, and this attempt has copied nothing.</summary>
    Held,

    /// <summary>A copy was tried, and may have taken place.</summary>
    Unknown,
}
