using S3Scheduler.Api.Delivery.Leases;
using S3Scheduler.Api.Hosting;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>Brings a schedule that is due to its destination, or out of the way if it can never get there.</summary>
public sealed class Deliverer(
    IObjectStore store, ScheduleFolder folder, DestinationBackoff backoff, SchedulerOptions options, ILogger<Deliverer> logger)
{
    /// <param name="lease">Of the sweep. It may end while an answer is waited for: then nothing more is copied.</param>
    /// <param name="abandon">Gives up waiting for an answer.</param>
    public async Task<DeliveryOutcome> DeliverAsync(PendingSchedule schedule, SweepLease lease, CancellationToken abandon)
    {
        var destination = schedule.Key.Destination;
        if (backoff.Holds(destination.Bucket)) return DeliveryOutcome.Held;
        try
        {
            var target = new ObjectAddress(destination.Bucket, destination.Key);
            var isThere = lease.MayBeDuplicate(destination.Bucket) && await IsThereAsync(schedule, target, abandon);
            if (!isThere && !lease.MayCopy) return DeliveryOutcome.Held;

            var copied = isThere ? CopyOutcome.Copied : await CopyAsync(schedule, target, lease, abandon);
            backoff.Succeeded(destination.Bucket);
            return copied switch
            {
                CopyOutcome.Copied => DeliveryOutcome.Delivered,
                CopyOutcome.GivenUp => DeliveryOutcome.Held,
                _ => DeliveryOutcome.Gone,
            };
        }
        catch (OperationCanceledException)
        {
            return DeliveryOutcome.Unknown;
        }
        catch (StoreException fault) when (fault.IsServiceFault || (fault.IsTransient && !IsOver(schedule.Key.DueAt)))
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

    // By the id that a copy carries along: the same bytes may have been delivered before.
    private async Task<bool> IsThereAsync(PendingSchedule schedule, ObjectAddress target, CancellationToken abandon)
    {
        try
        {
            return ScheduleId.Of(await store.HeadAsync(target, abandon)) is { } there
                && ScheduleId.Of(await store.HeadAsync(folder.At(schedule), abandon)) == there;
        }
        catch (StoreException fault) when (!fault.IsTransient && !fault.IsServiceFault)
        {
            // Where the destination can't be read, S3 says so even of an object that is not there.
            return false;
        }
    }

    private bool IsOver(DateTimeOffset dueAt) => store.Clock.Earliest - dueAt > options.RetryWindow;

    private async Task<DeliveryOutcome> MoveToFailedAsync(
        PendingSchedule schedule, SweepLease lease, StoreException fault, CancellationToken abandon)
    {
        try
        {
            var failed = folder.Failed(schedule.Key, fault.Code);
            // An upload that ended late may have brought a key back: the one that failed before is not to be overwritten.
            if (await HoldsAnotherAsync(failed, schedule, abandon)) return DeliveryOutcome.Held;
            if (!lease.MayCopy) return DeliveryOutcome.Unknown;

            logger.DeliveryFailed(schedule.Key, fault.Code, fault.Message);
            return await CopyAsync(schedule, failed, lease, abandon) switch
            {
                CopyOutcome.Copied => DeliveryOutcome.Failed,
                CopyOutcome.GivenUp => DeliveryOutcome.Held,
                _ => DeliveryOutcome.Gone,
            };
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            logger.MoveFailed(schedule.Key, e.Message);
            return DeliveryOutcome.Unknown;
        }
    }

    private async Task<bool> HoldsAnotherAsync(ObjectAddress failed, PendingSchedule schedule, CancellationToken abandon)
    {
        if (await store.HeadAsync(failed, abandon) is not { } there) return false;
        var here = await store.HeadAsync(folder.At(schedule), abandon);
        // Where neither has an id, they are the same schedule if they have the same content: time and destination are.
        return ScheduleId.Of(there) is { } id ? id != ScheduleId.Of(here) : there.ETag != here?.ETag;
    }
}

public enum DeliveryOutcome
{
    /// <summary>It is at its destination; the pending object may go.</summary>
    Delivered,

    /// <summary>It stands under <c>.failed</c>; the pending object may go.</summary>
    Failed,

    /// <summary>It is no longer pending: it was cancelled.</summary>
    Gone,

    /// <summary>It stays pending, and is not at its destination by this.</summary>
    Held,

    /// <summary>A copy was tried, and may have taken place.</summary>
    Unknown,
}
