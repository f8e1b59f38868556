using System.Security.Cryptography;
using S3Scheduler.Api.Delivery;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Creates, reads, cancels and reschedules. The store is all its state, and the store's clock its time.</summary>
public sealed class Scheduler(IObjectStore store, ScheduleFolder folder, StoreProbe probe, SweepAlarm alarm, Random random)
{
    /// <summary>How long before its due time a schedule can no longer be cancelled.</summary>
    public static readonly TimeSpan CancelMargin = TimeSpan.FromSeconds(2);

    /// <summary>How long before the due time a deletion must be over to be sure that no copy came before it.</summary>
    private static readonly TimeSpan CopyMargin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Stores a schedule; the same again changes nothing. What is due already is keyed at the present, at the next free
    /// millisecond, so that no key comes back once its time is over.
    /// </summary>
    /// <exception cref="InvalidScheduleException">It can't be kept in this folder; nothing was stored.</exception>
    public async Task<ScheduleResult> ScheduleAsync(NewSchedule schedule, CancellationToken cancellation)
    {
        await probe.EnsureAsync(cancellation);
        await store.EnsureClockAsync(folder.Marker, cancellation);
        var requested = schedule.Due.From(store.Clock.Latest);
        for (var dueAt = requested; ;)
        {
            var now = store.Clock.Latest;
            var isLate = requested <= now;
            if (isLate && dueAt < now) dueAt = now;

            var result = await StoreAsync(folder.NewKey(dueAt, schedule.Destination), schedule, cancellation);
            var isOver = result is not null && (result.Outcome != ScheduleOutcome.Conflict || !isLate);
            if (isOver || !schedule.Content.CanSeek) return result ?? throw ReadOnce();
            if (isLate) dueAt += Millisecond;
            await store.EnsureClockAsync(folder.Marker, cancellation);
        }
    }

    /// <summary>Null: not pending.</summary>
    public async Task<Schedule?> GetAsync(ScheduleKey key, CancellationToken cancellation) =>
        folder.CanHold(key) && await store.HeadAsync(folder.Pending(key), cancellation) is { } info ? Schedule.From(key, info) : null;

    /// <inheritdoc cref="ObjectStream.FindAsync"/>
    public async Task<ObjectStream?> FindContentAsync(ScheduleKey key, bool openImmediately, CancellationToken cancellation) =>
        folder.CanHold(key) ? await ObjectStream.FindAsync(store, folder.Pending(key), openImmediately, cancellation) : null;

    public async Task<CancelOutcome> CancelAsync(ScheduleKey key, CancellationToken cancellation)
    {
        if (!folder.CanHold(key) || await store.HeadAsync(folder.Pending(key), cancellation) is null) return CancelOutcome.NotFound;
        if (IsTooLate(key)) return CancelOutcome.AlreadyDue;
        return await TryDeleteInTimeAsync(key, cancellation) ? CancelOutcome.Cancelled : CancelOutcome.Unknown;
    }

    /// <summary>Makes a new schedule with the same content, then cancels the old one: cut off, it may leave both.</summary>
    public async Task<RescheduleResult> RescheduleAsync(ScheduleKey key, DateTimeOffset dueAt, CancellationToken cancellation)
    {
        await using var stored = folder.CanHold(key) ? await store.GetAsync(folder.Pending(key), cancellation) : null;
        if (stored is null) return new(RescheduleOutcome.NotFound);
        if (DueTime.RoundUp(dueAt) == key.DueAt) return new(RescheduleOutcome.Rescheduled, Schedule.From(key, stored.Info));
        await using var content = await StreamedContent.OpenAsync(stored.Content, cancellation);
        // Not before: a content takes its time to be read.
        if (IsTooLate(key)) return new(RescheduleOutcome.AlreadyDue);

        var later = new NewSchedule(new Due(dueAt), key.Destination, content, ScheduleId.RemoveFrom(stored.Info.Attributes));
        var (outcome, schedule) = await ScheduleAsync(later, cancellation);
        if (outcome == ScheduleOutcome.Conflict) return new(RescheduleOutcome.Conflict, schedule);
        if (schedule.Key == key) return new(RescheduleOutcome.Rescheduled, schedule); // the present has come to its due time
        return new(
            await TryDeleteInTimeAsync(key, cancellation) ? RescheduleOutcome.Rescheduled : RescheduleOutcome.Unknown, schedule);
    }

    private bool IsTooLate(ScheduleKey key) => key.DueAt - store.Clock.Latest < CancelMargin;

    // The deletion may take place, answered or not: only its own answer tells whether it was over before any copy.
    private async Task<bool> TryDeleteInTimeAsync(ScheduleKey key, CancellationToken cancellation)
    {
        try
        {
            var deleted = await store.DeleteAsync(folder.Bucket, [new DeleteTarget(folder.Pending(key).Key)], cancellation);
            deleted.ThrowIfFailed();
            return deleted.Time.Latest + CopyMargin <= key.DueAt;
        }
        catch (StoreException e) when (e.IsTransient)
        {
            return false;
        }
    }

    // Null: another schedule had this key, and ended before it could be compared.
    private async Task<ScheduleResult?> StoreAsync(ScheduleKey key, NewSchedule schedule, CancellationToken cancellation)
    {
        var content = schedule.Content;
        if (content.CanSeek) content.Position = 0;
        var attributes = ScheduleId.AddTo(schedule.Attributes, random);
        var put = await store.PutAsync(folder.Pending(key), content, attributes, PutCondition.IfAbsent, cancellation);
        alarm.Set(key.DueAt);
        if (put.Stored) return new(ScheduleOutcome.Created, Schedule.Created(key, schedule, Size(content), put.Time));

        await using var existing = await store.GetAsync(folder.Pending(key), cancellation);
        if (existing is null) return null;

        var isSame = ScheduleId.RemoveFrom(existing.Info.Attributes).IsSameAs(schedule.Attributes)
            && await HaveSameBytesAsync(existing, content, cancellation);
        return new(isSame ? ScheduleOutcome.Existing : ScheduleOutcome.Conflict, Schedule.From(key, existing.Info));
    }

    private static async Task<bool> HaveSameBytesAsync(StoredObject existing, Stream content, CancellationToken cancellation)
    {
        if (content.CanSeek && content.Length != existing.Info.Size) return false;
        var storedHash = await SHA256.HashDataAsync(existing.Content, cancellation);
        var hash = await HashAsync(content, cancellation);
        return hash.AsSpan().SequenceEqual(storedHash);
    }

    private static async Task<byte[]> HashAsync(Stream content, CancellationToken cancellation)
    {
        if (content is StreamedContent streamed) return await streamed.HashAsync(cancellation);
        content.Position = 0;
        return await SHA256.HashDataAsync(content, cancellation);
    }

    private static long Size(Stream content) => content is StreamedContent streamed ? streamed.BytesRead : content.Length;

    private static StoreException ReadOnce() => new(
        "ContentRead", "Another schedule had this key, and ended before it could be compared; the content can't be read again.", isTransient: true);
}
