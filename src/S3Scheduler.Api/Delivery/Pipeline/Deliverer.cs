using System.Diagnostics;
using S3Scheduler.Api.Delivery.Leases;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>Copies one due schedule to its destination or, if that can never succeed, under <c>.failed</c>.</summary>
public sealed class Deliverer(
    IObjectStore store, ScheduleFolder folder, DestinationBackoff backoff, SettledSchedules settled,
    SchedulerMetrics metrics, SchedulerTraces traces, SweepSummary summary, SchedulerOptions options,
    ILogger<Deliverer> logger)
{
    /// <summary>Beyond this, the store's clock was set back since the look. A little, it moves by itself.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    /// <summary>Another schedule had the same key and has failed, and must stay.</summary>
    private const string FailedBefore = "FailedBefore";

    private readonly SecondLook _secondLook = new(store, folder, settled);

    /// <param name="lease">The sweep's lease. If it expires while a response is awaited, nothing is copied.</param>
    /// <param name="mayBeDuplicate">Whether it may have been copied already: look at the destination first.</param>
    /// <param name="abandon">Stop waiting for an answer.</param>
    public async Task<Attempt> DeliverAsync(
        PendingSchedule schedule, SweepLease lease, bool mayBeDuplicate, CancellationToken abandon)
    {
        if (traces.StartDelivery(schedule.Key) is not { } span)
            return await TryAsync(schedule, lease, mayBeDuplicate, null, abandon);

        // Which request scheduled it is in the metadata, which neither LIST nor COPY tells. So a sampled trace costs a
        // HEAD, and the copy does not wait for it.
        var metadata = span.Recorded ? store.HeadAsync(folder.At(schedule), abandon) : null;
        Attempt attempt = DeliveryOutcome.Unknown;
        try
        {
            return attempt = await TryAsync(schedule, lease, mayBeDuplicate, span, abandon);
        }
        finally
        {
            span.SetTag("outcome", attempt.Outcome.Word());
            _ = traces.EndDeliveryAsync(span, metadata);
        }
    }

    private async Task<Attempt> TryAsync(
        PendingSchedule schedule, SweepLease lease, bool mayBeDuplicate, Activity? span, CancellationToken abandon)
    {
        var destination = schedule.Key.Destination;
        try
        {
            if (settled.Find(schedule) is { } known)
            {
                if (await _secondLook.OutcomeOfKnownAsync(schedule, known, abandon) is { } attempt) return attempt;
                settled.Remove(schedule);
            }

            if (settled.MayBeMarked(schedule.Key) && await IsMarkedAsync(schedule, abandon))
                return DeliveryOutcome.Marked;

            var (there, isGone) = mayBeDuplicate ? await _secondLook.FindThereAsync(schedule, abandon) : default;
            if (isGone) return DeliveryOutcome.Gone;
            if (there is not null)
            {
                LogEnd(backoff.Succeeded(destination), destination);
                return new Attempt(DeliveryOutcome.Delivered, there.LastModified);
            }

            await lease.RenewalAsync(abandon);
            if (!lease.MayCopy) return DeliveryOutcome.Held;
            if (schedule.Key.DueAt - store.Clock.Earliest > ClockTolerance) return Postponed(schedule, "ClockSetBack");
            // It was put into the folder by hand, or before Scheduler:Destinations left its destination out.
            if (folder.FaultOf(destination) is { } notAllowed)
            {
                span?.Fail(DestinationFault.Code);
                return await MoveToFailedAsync(schedule, lease, DestinationFault.Code, notAllowed.Text, abandon);
            }

            var copied = await CopyAsync(schedule, SecondLook.Target(schedule), lease, abandon);
            LogEnd(backoff.Succeeded(destination), destination);
            var late = store.Since(schedule.Key.DueAt);
            if (copied == CopyOutcome.Copied) Copied(schedule.Key, late, span);
            return new Attempt(OutcomeOf(copied, DeliveryOutcome.Delivered), schedule.Key.DueAt + late);
        }
        catch (OperationCanceledException)
        {
            return DeliveryOutcome.Unknown;
        }
        catch (StoreException fault) when (fault.IsServiceFault || (fault.IsTransient && MayRetry(schedule.Key.DueAt)))
        {
            span?.Fail(fault.Code);
            LogFault(backoff.Failed(destination, fault.Code), schedule.Key, fault);
            return DeliveryOutcome.Unknown;
        }
        catch (StoreException fault)
        {
            span?.Fail(fault.Code);
            return await MoveToFailedAsync(schedule, lease, fault.Code, fault.Message, abandon);
        }
    }

    private void Copied(ScheduleKey key, TimeSpan lateness, Activity? span)
    {
        metrics.Copied(lateness);
        summary.Copied(lateness);
        logger.Delivered(key, key.Destination, Math.Round(lateness.TotalSeconds, 3));
        span?.SetTag("lateness", lateness.TotalSeconds);
    }

    // One line when something begins to fail, and one when that is over. Tries in between are for Debug.
    private void LogFault(BackoffNews news, ScheduleKey key, StoreException fault)
    {
        var level = news == BackoffNews.Destination ? LogLevel.Warning : LogLevel.Debug;
        logger.DeliveryPostponed(level, key, key.Destination, fault.Code, fault.Message);
        if (news == BackoffNews.Bucket) logger.BucketFails(key.Destination.Bucket, fault.Code, fault.Message);
    }

    private void LogEnd(BackoffNews news, Destination destination)
    {
        if (news == BackoffNews.Bucket) logger.BucketIsBack(destination.Bucket);
        else if (news == BackoffNews.Destination) logger.DestinationIsBack(destination);
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

    private bool MayRetry(DateTimeOffset dueAt) => !(store.Clock.Earliest - dueAt > options.RetryWindow);

    private async Task<DeliveryOutcome> MoveToFailedAsync(
        PendingSchedule schedule, SweepLease lease, string code, string fault, CancellationToken abandon)
    {
        try
        {
            if (await IsMarkedAsync(schedule, abandon)) return DeliveryOutcome.Marked;
            return await TryMoveAsync(schedule, lease, code, fault, abandon);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            var isNews = backoff.IsNews(schedule.Key.Destination);
            logger.MoveFailed(isNews ? LogLevel.Warning : LogLevel.Debug, schedule.Key, e.Message);
            backoff.Postpone(schedule.Key.Destination, (e as StoreException)?.Code ?? StoreException.Unreachable);
            return DeliveryOutcome.Unknown;
        }
    }

    private async Task<DeliveryOutcome> TryMoveAsync(
        PendingSchedule schedule, SweepLease lease, string code, string fault, CancellationToken abandon)
    {
        var failed = folder.Failed(schedule.Key, code);
        CopyOutcome copied;
        try
        {
            if (await store.HeadAsync(failed, abandon) is { } there)
            {
                // Perhaps it was moved before, and a delete without an answer has taken place since.
                if (await store.HeadAsync(folder.At(schedule), abandon) is not { } here) return DeliveryOutcome.Gone;
                // A late upload may have used the key of a failed schedule again. The one that failed first must stay.
                if (IsAnother(there, here)) return Postponed(schedule, FailedBefore);
            }

            await lease.RenewalAsync(abandon);
            if (!lease.MayCopy) return DeliveryOutcome.Unknown;
            copied = await CopyAsync(schedule, failed, lease, abandon);
        }
        catch (StoreException refusal) when (!refusal.IsTransient && !refusal.IsServiceFault)
        {
            return await MarkAsync(schedule, lease, code, fault, refusal.Code, abandon);
        }

        if (copied == CopyOutcome.Copied)
        {
            logger.DeliveryFailed(schedule.Key, schedule.Key.Destination, code, fault);
            metrics.Failed(ScheduleFolder.ErrorCode(code));
            backoff.Forget(schedule.Key.Destination);
        }

        return OutcomeOf(copied, DeliveryOutcome.Failed);
    }

    // Its object can't be copied at all, or the name below .failed is too long for the server.
    private async Task<DeliveryOutcome> MarkAsync(
        PendingSchedule schedule, SweepLease lease, string code, string fault, string moveCode,
        CancellationToken abandon)
    {
        var source = folder.At(schedule);
        if (await store.HeadAsync(source, abandon) is not { } here) return DeliveryOutcome.Gone;
        var mark = FailureMark.Of(source, here, code);
        await lease.RenewalAsync(abandon);
        if (!lease.MayCopy) return DeliveryOutcome.Unknown;
        var put = await mark.WriteAsync(store, folder.FailedMark(schedule.Key), abandon);
        // Another schedule that had this key has failed already. Its mark must stay.
        if (!put.Stored) return Postponed(schedule, FailedBefore);

        logger.DeliveryMarked(schedule.Key, schedule.Key.Destination, code, fault, moveCode);
        metrics.Failed(ScheduleFolder.ErrorCode(code));
        backoff.Forget(schedule.Key.Destination);
        return DeliveryOutcome.Marked;
    }

    private DeliveryOutcome Postponed(PendingSchedule schedule, string reason)
    {
        backoff.Postpone(schedule.Key.Destination, reason);
        return DeliveryOutcome.Held;
    }

    private async Task<bool> IsMarkedAsync(PendingSchedule schedule, CancellationToken abandon) =>
        await FailureMark.ReadAsync(store, folder.FailedMark(schedule.Key), abandon) is { } mark
        && mark.Means(await store.HeadAsync(folder.At(schedule), abandon));

    // Without ids, two objects with one key and the same content are the same schedule.
    private static bool IsAnother(ObjectInfo there, ObjectInfo here) =>
        ScheduleId.Of(there) is { } id ? id != ScheduleId.Of(here) : there.ETag != here.ETag;
}
