using System.Security.Cryptography;
using S3Scheduler.Api.Delivery;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Creates, reads, cancels and reschedules. All state is in the store, and all time is the store's.</summary>
public sealed class Scheduler(
    IObjectStore store, ScheduleFolder folder, StoreProbe probe, DeliveredSchedules delivered, FailedSchedules failed,
    Claims claims, TimelyDelete timely, SweepAlarm alarm, Spool spool, SchedulerOptions options, Random random)
{
    /// <summary>So many clients can post late to one destination at the same moment, each with other content.</summary>
    private const int MostConflicts = 100;

    /// <summary>So often another schedule can have the key, and be gone when it is compared.</summary>
    private const int MostGone = 5;

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _lastLate;
    private int _steps;

    /// <summary>
    /// Stores a schedule. Posting it again changes nothing. A due time in the past is replaced by the present, or by
    /// the next free millisecond, so that no key is used again after its due time.
    /// </summary>
    /// <exception cref="InvalidScheduleException">
    /// It can't be kept in this folder, or its due time is too far in the past. Nothing was stored.
    /// </exception>
    public async Task<ScheduleResult> ScheduleAsync(NewSchedule schedule, CancellationToken cancellation) =>
        (await AddAsync(schedule, null, options.MaxLateness, cancellation))!;

    /// <summary>Stores a schedule that failed. It may have been due for long.</summary>
    /// <returns>Null: the claim could not be had, and nothing was stored.</returns>
    public Task<ScheduleResult?> ScheduleAgainAsync(
        NewSchedule schedule, Claim claim, CancellationToken cancellation) =>
        AddAsync(schedule, claim, TimeSpan.MaxValue, cancellation);

    /// <summary>A pending schedule, else a delivered or a failed one; null: there is none.</summary>
    public async Task<Schedule?> GetAsync(ScheduleKey key, CancellationToken cancellation) =>
        await FindAsync(key, cancellation)
        ?? (key.OtherForm is { } other ? await FindAsync(other, cancellation) : null);

    /// <summary>The form of the key that the schedule is stored under. It costs nothing if there is one only.</summary>
    public async Task<ScheduleKey> AsStoredAsync(ScheduleKey key, CancellationToken cancellation) =>
        key.OtherForm is not null && await GetAsync(key, cancellation) is { } found ? found.Key : key;

    /// <summary>Null: there is none. One that failed but could not be moved is not pending.</summary>
    public async Task<Schedule?> GetPendingAsync(ScheduleKey key, CancellationToken cancellation) =>
        folder.CanHold(key) && await store.HeadAsync(folder.Pending(key), cancellation) is { } info
        && !await failed.IsMarkedAsync(key, info, cancellation)
            ? Schedule.From(key, info)
            : null;

    /// <summary>The content of a pending schedule, else of a failed one.</summary>
    /// <inheritdoc cref="ObjectStream.FindAsync"/>
    public async Task<ObjectStream?> FindContentAsync(
        ScheduleKey key, bool openImmediately, CancellationToken cancellation)
    {
        key = await AsStoredAsync(key, cancellation);
        if (!folder.CanHold(key)) return null;
        return await ObjectStream.FindAsync(store, folder.Pending(key), openImmediately, cancellation)
            ?? await failed.FindContentAsync(key, openImmediately, cancellation);
    }

    /// <summary>Cancels a pending schedule, or deletes a failed one.</summary>
    public async Task<CancelOutcome> CancelAsync(ScheduleKey key, CancellationToken cancellation)
    {
        key = await AsStoredAsync(key, cancellation);
        if (await GetPendingAsync(key, cancellation) is null)
            return await failed.DeleteAsync(key, cancellation) ? CancelOutcome.FailedDeleted : CancelOutcome.NotFound;
        if (store.Clock.IsInDoubt) await store.EnsureClockAsync(folder.Marker, cancellation);
        if (timely.IsTooLate(key)) return CancelOutcome.AlreadyDue;
        return await TryDeleteInTimeAsync(key, null, cancellation) ? CancelOutcome.Cancelled : CancelOutcome.Unknown;
    }

    /// <summary>Stores a schedule with the same content, then cancels the old one. A crash may leave both.</summary>
    public Task<RescheduleResult> RescheduleAsync(
        ScheduleKey key, DateTimeOffset dueAt, CancellationToken cancellation) =>
        RescheduleAsync(key, dueAt, mayJoin: true, cancellation);

    /// <inheritdoc cref="RescheduleAsync(ScheduleKey, DateTimeOffset, CancellationToken)"/>
    /// <param name="mayJoin">
    /// Whether it may become one with another schedule that has the new time and destination, and the same content.
    /// </param>
    public async Task<RescheduleResult> RescheduleAsync(
        ScheduleKey key, DateTimeOffset dueAt, bool mayJoin, CancellationToken cancellation)
    {
        key = await AsStoredAsync(key, cancellation);
        // The content of a failed schedule may be out of reach.
        var mayHaveFailed = key.DueAt <= store.Clock.Latest;
        if (!folder.CanHold(key) || (mayHaveFailed && await GetPendingAsync(key, cancellation) is null))
            return new(RescheduleOutcome.NotFound);
        await using var stored = await store.GetAsync(folder.Pending(key), cancellation);
        if (stored is null) return new(RescheduleOutcome.NotFound);
        if (folder.FaultOf(key.Destination) is not null) return new(RescheduleOutcome.NotAllowed);
        if (DueTime.RoundUp(dueAt) == key.DueAt)
            return new(RescheduleOutcome.Rescheduled, Schedule.From(key, stored.Info));

        await using var content = await StreamedContent.OpenAsync(spool, stored.Content, cancellation);
        if (store.Clock.IsInDoubt) await store.EnsureClockAsync(folder.Marker, cancellation);
        // Only now: reading the content takes time.
        if (timely.IsTooLate(key)) return new(RescheduleOutcome.AlreadyDue);

        var later = NewSchedule.Again(new Due(dueAt), key.Destination, content, stored.Info.Attributes);
        await using var claim = claims.On(key, folder.Pending(key), stored.Info);
        var result = await AddAsync(later, claim, options.MaxLateness, cancellation);
        if (result is null && claim.State == ClaimState.Gone) return new(RescheduleOutcome.NotFound);
        if (result is null && claim.State != ClaimState.Stored)
            return new(RescheduleOutcome.UnderWay) { Others = claim.Others };
        var schedule = result?.Schedule ?? claim.Stored!;
        var isConflict = result?.Outcome == ScheduleOutcome.Conflict
            || result?.Outcome == ScheduleOutcome.Existing && !mayJoin && schedule.Key != key;
        // A new due time in the past was replaced by the present, which can equal the old due time.
        var isSettled = isConflict || schedule.Key == key
            || await TryDeleteInTimeAsync(key, stored.Info.ETag, cancellation);
        if (isSettled) claim.Settle();
        if (result is null && schedule.Key.DueAt != DueTime.RoundUp(dueAt))
            return new(RescheduleOutcome.UnderWay) { Others = schedule.Key };
        if (isConflict) return new(RescheduleOutcome.Conflict, schedule);
        return new(isSettled ? RescheduleOutcome.Rescheduled : RescheduleOutcome.Unknown, schedule);
    }

    private async Task<Schedule?> FindAsync(ScheduleKey key, CancellationToken cancellation) =>
        await GetPendingAsync(key, cancellation) ?? await delivered.FindAsync(key, cancellation)
        ?? await failed.GetAsync(key, cancellation);

    // Null: the claim could not be had.
    private async Task<ScheduleResult?> AddAsync(
        NewSchedule schedule, Claim? claim, TimeSpan maxLateness, CancellationToken cancellation)
    {
        await probe.EnsureAsync(cancellation);
        await store.EnsureClockAsync(folder.Marker, cancellation);
        var requested = schedule.Due.From(store.Clock.Latest);
        if (store.Clock.Earliest - requested > maxLateness) throw TooLongAgo(requested);
        var (dueAt, conflicts, gone) = (requested, 0, 0);
        while (true)
        {
            var isLate = requested <= store.Clock.Latest;
            if (isLate) dueAt = NotBeforeEarlierPosts(dueAt);

            var (key, id) = (folder.NewKey(dueAt, schedule.Destination), random.NextName());
            if (claim is not null && !await claim.TryTakeAsync(key, id, cancellation)) return null;
            var result = await StoreAsync(key, id, schedule, cancellation);
            var isOver = result is not null
                && (result.Outcome != ScheduleOutcome.Conflict || !isLate || ++conflicts == MostConflicts);
            var isLast = !schedule.Content.CanSeek || (result is null && ++gone == MostGone);
            if (isOver || isLast) return result ?? throw CannotCompare();
            if (isLate) dueAt += Millisecond;
            await store.EnsureClockAsync(folder.Marker, cancellation);
        }
    }

    // A response can move Latest back. Without this, a later post could then get an earlier due time.
    private DateTimeOffset NotBeforeEarlierPosts(DateTimeOffset dueAt)
    {
        lock (_lock)
        {
            // The store's clock may have been set back, and that time would be far ahead.
            if (_steps != store.Clock.Steps) (_steps, _lastLate) = (store.Clock.Steps, default);
            return _lastLate = new[] { dueAt, store.Clock.Latest, _lastLate }.Max();
        }
    }

    private async Task<bool> TryDeleteInTimeAsync(ScheduleKey key, string? etag, CancellationToken cancellation) =>
        (await timely.TryDeleteAsync([key], etag, cancellation))[0];

    // Null: another schedule had this key, and was gone before it could be compared.
    private async Task<ScheduleResult?> StoreAsync(
        ScheduleKey key, string id, NewSchedule schedule, CancellationToken cancellation)
    {
        // Its object would not be in the way of the new one.
        if (key.OtherForm is { } other && await CompareAsync(other, schedule, cancellation) is { } before)
            return before;

        var content = schedule.Content;
        if (content.CanSeek) content.Position = 0;
        var attributes = OwnMetadata.AddTo(schedule.Attributes, id, schedule.By, schedule.TraceParent);
        PutResult put;
        try
        {
            put = await store.PutAsync(folder.Pending(key), content, attributes, PutCondition.IfAbsent, cancellation);
        }
        finally
        {
            alarm.Stored(key.DueAt);
        }

        await probe.EnsureAsync(put, cancellation);
        if (put.Stored)
            return new(ScheduleOutcome.Created, Schedule.Created(key, schedule, Size(content), put.Time));

        return await CompareAsync(key, schedule, cancellation);
    }

    // Null: no schedule has this key.
    private async Task<ScheduleResult?> CompareAsync(
        ScheduleKey key, NewSchedule schedule, CancellationToken cancellation)
    {
        await using var existing = await store.GetAsync(folder.Pending(key), cancellation);
        if (existing is null) return null;

        var isSame = OwnMetadata.RemoveFrom(existing.Info.Attributes).IsSameAs(schedule.Attributes)
            && await HaveSameBytesAsync(existing, schedule.Content, cancellation);
        return new(isSame ? ScheduleOutcome.Existing : ScheduleOutcome.Conflict, Schedule.From(key, existing.Info));
    }

    private static async Task<bool> HaveSameBytesAsync(
        StoredObject existing, Stream content, CancellationToken cancellation)
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

    private static long Size(Stream content) =>
        content is StreamedContent streamed ? streamed.BytesRead : content.Length;

    private InvalidScheduleException TooLongAgo(DateTimeOffset dueAt) => new("dueAt",
        $"{DueTime.Write(dueAt)} is too far in the past: it is {DueTime.Write(store.Clock.Earliest)} now, and "
        + $"Scheduler:MaxLateness allows {options.MaxLateness:c}. If it is not a typing error, give the present time: "
        + "then it is delivered at once.");

    private static StoreException CannotCompare() => new(
        "ContentRead",
        "Another schedule had this key, and was gone before it could be compared. Post this one again.",
        isTransient: true);
}
