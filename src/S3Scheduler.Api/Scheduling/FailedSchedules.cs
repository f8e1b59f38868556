using System.Collections.Concurrent;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Reads and deletes the schedules that could not be delivered.</summary>
public sealed class FailedSchedules(IObjectStore store, ScheduleFolder folder)
{
    /// <summary>Null: there is none.</summary>
    public async Task<Schedule?> GetAsync(ScheduleKey key, CancellationToken cancellation)
    {
        if (await FindAsync(key, cancellation) is not [var found, ..]) return null;
        var info = await store.HeadAsync(folder.At(found), cancellation);
        // A mark alone still says that the schedule has failed.
        return IsOf(found, info) || found.Mark is not null
            ? Schedule.From(found, IsOf(found, info) ? info : null)
            : null;
    }

    /// <inheritdoc cref="ObjectStream.FindAsync"/>
    public async Task<ObjectStream?> FindContentAsync(
        ScheduleKey key, bool openImmediately, CancellationToken cancellation)
    {
        if (await FindAsync(key, cancellation) is not [var found, ..]) return null;
        var content = await ObjectStream.FindAsync(store, folder.At(found), openImmediately, cancellation);
        if (content is null || IsOf(found, content.Info)) return content;
        await content.DisposeAsync();
        return null;
    }

    /// <summary>
    /// The failed schedules with this key. There is more than one if a crash left the first one, and the next
    /// sweep failed with another error code. One that could not be moved comes last.
    /// </summary>
    public async Task<IReadOnlyList<FailedSchedule>> FindAsync(ScheduleKey key, CancellationToken cancellation)
    {
        if (!folder.CanHold(key)) return [];
        var page = await store.ListAsync(
            folder.Bucket, folder.FailedStart(key), "", ScheduleQuery.MaxLimit, cancellation);
        var moved = folder.ReadFailed(page);
        return await FindMarkAsync(key, cancellation) is { } mark
            ? [.. moved, FailedSchedule.From(key, mark)]
            : moved;
    }

    /// <summary>Whether the object under the key of a pending schedule has failed, and could not be moved.</summary>
    public async Task<bool> IsMarkedAsync(ScheduleKey key, ObjectInfo pending, CancellationToken cancellation) =>
        await FindMarkAsync(key, cancellation) is { } mark && mark.Means(pending);

    private async Task<FailureMark?> FindMarkAsync(ScheduleKey key, CancellationToken cancellation) =>
        // Nothing fails before its due time.
        key.DueAt <= store.Clock.Latest
            ? await FailureMark.ReadAsync(store, folder.FailedMark(key), cancellation)
            : null;

    /// <returns>False: there is none.</returns>
    public async Task<bool> DeleteAsync(ScheduleKey key, CancellationToken cancellation)
    {
        var found = await FindAsync(key, cancellation);
        if (found.Count > 0) await DeleteAsync(found, cancellation);
        return found.Count > 0;
    }

    /// <exception cref="StoreException">One of them could not be deleted.</exception>
    public async Task DeleteAsync(IReadOnlyList<FailedSchedule> found, CancellationToken cancellation)
    {
        foreach (var (failed, code) in found.Zip(await TryDeleteAsync(found, cancellation)))
        {
            if (code is null) continue;
            throw new StoreException(
                code, $"The store did not delete {failed.Key}: {code}.", StoreException.IsTransientCode(code));
        }
    }

    /// <summary>Deletes up to 1,000 in few requests: two, and one more for each that has a mark.</summary>
    /// <returns>Of each, the error code; null: it is deleted.</returns>
    public async Task<IReadOnlyList<string?>> TryDeleteAsync(
        IReadOnlyList<FailedSchedule> found, CancellationToken cancellation)
    {
        // The marks go last: without its mark, a sweep would deliver a schedule whose delete is under way. What a crash
        // leaves is a mark without content, which is still listed and can be deleted again.
        var contents = new ConcurrentBag<DeleteTarget>();
        var marks = found.Where(f => f.Mark is not null);
        await Parallel.ForEachAsync(marks, ParallelRequests.Looks(cancellation), async (marked, token) =>
        {
            if (await store.HeadAsync(folder.At(marked), token) is { } info && IsOf(marked, info))
                contents.Add(new DeleteTarget(marked.Listed.Key, info.ETag));
        });
        var kept = await DeleteAsync([.. contents], cancellation);
        var places = found.Select(f => f.Mark is null ? folder.At(f) : folder.FailedMark(f.Key)).ToList();
        var refused = await DeleteAsync(
            [
                .. found.Zip(places).Where(f => f.First.Mark is null || !kept.ContainsKey(f.First.Listed.Key))
                    .Select(f => new DeleteTarget(f.Second.Key, f.First.Mark is null ? f.First.Listed.ETag : null)),
            ],
            cancellation);
        return
        [
            .. found.Zip(places, (failed, place) => failed.Mark is null
                ? refused.GetValueOrDefault(place.Key)
                : kept.GetValueOrDefault(failed.Listed.Key) ?? refused.GetValueOrDefault(place.Key)),
        ];
    }

    /// <summary>
    /// Whether this is the content of that schedule. A late upload may have taken the place of a marked one.
    /// </summary>
    public static bool IsOf(FailedSchedule failed, ObjectInfo? content) =>
        content is not null && failed.Mark?.Means(content) != false;

    // Those that are not deleted, with the error code.
    private async Task<IReadOnlyDictionary<string, string>> DeleteAsync(
        DeleteTarget[] targets, CancellationToken cancellation) => targets.Length == 0
            ? new Dictionary<string, string>()
            : (await store.DeleteAsync(folder.Bucket, targets, cancellation)).Failed;
}
