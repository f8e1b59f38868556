namespace S3Scheduler.Api.Scheduling;

/// <summary>Reads and deletes the schedules that could not be delivered.</summary>
public sealed class FailedSchedules(IObjectStore store, ScheduleFolder folder)
{
    /// <summary>Null: there is none.</summary>
    public async Task<Schedule?> GetAsync(ScheduleKey key, CancellationToken cancellation) =>
        await FindAsync(key, cancellation) is [var found, ..]
        && await store.HeadAsync(folder.At(found), cancellation) is { } info
            ? Schedule.From(found, info)
            : null;

    /// <inheritdoc cref="ObjectStream.FindAsync"/>
    public async Task<ObjectStream?> FindContentAsync(
        ScheduleKey key, bool openImmediately, CancellationToken cancellation) =>
        await FindAsync(key, cancellation) is [var found, ..]
            ? await ObjectStream.FindAsync(store, folder.At(found), openImmediately, cancellation)
            : null;

    /// <summary>
    /// The failed schedules with this key. There is more than one if a crash left the first one, and the next
    /// sweep failed with another error code.
    /// </summary>
    public async Task<IReadOnlyList<FailedSchedule>> FindAsync(ScheduleKey key, CancellationToken cancellation)
    {
        if (!folder.CanHold(key)) return [];
        var page = await store.ListAsync(
            folder.Bucket, folder.FailedStart(key), "", ScheduleQuery.MaxLimit, cancellation);
        return folder.ReadFailed(page);
    }

    /// <returns>False: there is none.</returns>
    public async Task<bool> DeleteAsync(ScheduleKey key, CancellationToken cancellation)
    {
        var found = await FindAsync(key, cancellation);
        if (found.Count > 0) await DeleteAsync(found, cancellation);
        return found.Count > 0;
    }

    public async Task DeleteAsync(IEnumerable<FailedSchedule> failed, CancellationToken cancellation)
    {
        var deleted = await store.DeleteAsync(
            folder.Bucket, [.. failed.Select(f => new DeleteTarget(f.Listed.Key))], cancellation);
        deleted.ThrowIfFailed();
    }
}
