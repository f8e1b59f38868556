using S3Scheduler.Api.Hosting;
using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Reads, deletes and brings back the schedules that could not be delivered.</summary>
public sealed class FailedSchedules(IObjectStore store, ScheduleFolder folder, Scheduler scheduler, ScheduleList list, SchedulerOptions options)
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>Null: there is none.</summary>
    public async Task<Schedule?> GetAsync(ScheduleKey key, CancellationToken cancellation) =>
        await FindAsync(key, cancellation) is { } failed && await store.HeadAsync(folder.At(failed), cancellation) is { } info
            ? Schedule.From(failed, info)
            : null;

    /// <inheritdoc cref="ObjectStream.FindAsync"/>
    public async Task<ObjectStream?> FindContentAsync(ScheduleKey key, bool openImmediately, CancellationToken cancellation) =>
        await FindAsync(key, cancellation) is { } failed
            ? await ObjectStream.FindAsync(store, folder.At(failed), openImmediately, cancellation)
            : null;

    /// <returns>False: there is none.</returns>
    public async Task<bool> DeleteAsync(ScheduleKey key, CancellationToken cancellation)
    {
        var failed = await FindAllAsync(key, cancellation);
        if (failed.Count > 0) await DeleteAsync(failed, cancellation);
        return failed.Count > 0;
    }

    /// <summary>Makes a failed schedule pending again, due now, under the key that says so.</summary>
    public Task<RetryResult> RetryAsync(ScheduleKey key, CancellationToken cancellation) => RetryAsync(key, null, cancellation);

    /// <summary>The same for a page of them. Those that are still pending are passed over.</summary>
    /// <param name="bucket">To this bucket; null: to any.</param>
    public async Task<RetriedPage> RetryAllAsync(string? bucket, ScheduleKey? after, CancellationToken cancellation)
    {
        var query = new ScheduleQuery(ScheduleStatus.Failed, null, null, bucket, after, ScheduleQuery.MaxLimit);
        var page = await list.ReadAsync(query, cancellation);
        var retried = 0;
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Concurrency,
            TaskScheduler = TaskScheduler.Current,
            CancellationToken = cancellation,
        };
        await Parallel.ForEachAsync(page.Schedules.GroupBy(s => s.Key.Destination), parallel, async (same, token) =>
        {
            // To one destination in due order, so that the newest stays.
            DateTimeOffset? last = null;
            foreach (var schedule in same)
            {
                var result = await RetryAsync(schedule.Key, last, token);
                if (result.Outcome != RetryOutcome.Retried) continue;
                last = result.Schedule!.Key.DueAt;
                Interlocked.Increment(ref retried);
            }
        });
        return new RetriedPage(retried, page.Next);
    }

    private async Task<RetryResult> RetryAsync(ScheduleKey key, DateTimeOffset? after, CancellationToken cancellation)
    {
        // It was not moved for good yet: the sweep that goes on with it would deliver it as well.
        if (await scheduler.GetAsync(key, cancellation) is { } pending) return new(RetryOutcome.StillPending, pending);
        return await BringBackAsync(await FindAllAsync(key, cancellation), after, cancellation) is { } schedule
            ? new(RetryOutcome.Retried, schedule)
            : new(RetryOutcome.NotFound, null);
    }

    private async Task<FailedSchedule?> FindAsync(ScheduleKey key, CancellationToken cancellation) =>
        await FindAllAsync(key, cancellation) is [var failed, ..] ? failed : null;

    // More than one, where a sweep was cut off after the move and the next one failed in another way.
    private async Task<IReadOnlyList<FailedSchedule>> FindAllAsync(ScheduleKey key, CancellationToken cancellation)
    {
        if (!folder.CanHold(key)) return [];
        var page = await store.ListAsync(folder.Bucket, folder.FailedStart(key), "", ScheduleQuery.MaxLimit, cancellation);
        return folder.ReadFailed(page);
    }

    /// <param name="after">It is to be due later than this.</param>
    private async Task<Schedule?> BringBackAsync(IReadOnlyList<FailedSchedule> all, DateTimeOffset? after, CancellationToken cancellation)
    {
        if (all is not [var failed, ..]) return null;
        while (true)
        {
            // Anew for each try: a big content can be read only once.
            await using var stored = await store.GetAsync(folder.At(failed), cancellation);
            if (stored is null) return null;

            await using var content = await StreamedContent.OpenAsync(stored.Content, cancellation);
            var dueAt = after is { } last ? last + Millisecond : failed.Key.DueAt;
            var result = await scheduler.ScheduleAsync(
                new(new Due(dueAt), failed.Key.Destination, content, ScheduleId.RemoveFrom(stored.Info.Attributes)), cancellation);
            after = result.Schedule.Key.DueAt;
            if (result.Outcome != ScheduleOutcome.Created) continue; // another schedule's key, even if with the same content
            // Only now that the new one is stored.
            await DeleteAsync(await SameAsync(stored.Info, all, cancellation), cancellation);
            return result.Schedule;
        }
    }

    // An upload that ended late may have brought a key back, and failed in another way: that is another schedule.
    private async Task<IReadOnlyList<FailedSchedule>> SameAsync(
        ObjectInfo first, IReadOnlyList<FailedSchedule> all, CancellationToken cancellation)
    {
        var same = new List<FailedSchedule> { all[0] };
        foreach (var other in all.Skip(1))
            if (ScheduleId.Of(await store.HeadAsync(folder.At(other), cancellation)) == ScheduleId.Of(first)) same.Add(other);
        return same;
    }

    private async Task DeleteAsync(IReadOnlyList<FailedSchedule> failed, CancellationToken cancellation)
    {
        var deleted = await store.DeleteAsync(
            folder.Bucket, [.. failed.Select(f => new DeleteTarget(f.Listed.Key))], cancellation);
        deleted.ThrowIfFailed();
    }
}
