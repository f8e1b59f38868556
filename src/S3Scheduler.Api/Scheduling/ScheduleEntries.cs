using System.Runtime.CompilerServices;

namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// Reads pending or failed schedules in due order, page by page. No keys before the first one are read.
/// </summary>
public sealed class ScheduleEntries(IObjectStore store, ScheduleFolder folder)
{
    /// <param name="query">Its filter by destination and code is up to the caller, and so are its To and Limit.</param>
    /// <param name="readsMarks">Whether entries have what their marks say; if not, it is null in those.</param>
    /// <param name="budget">The entries end when it is spent; null: when the caller ends them.</param>
    public IAsyncEnumerable<ScheduleEntry> ReadAsync(
        ScheduleQuery query, bool readsMarks, RequestBudget? budget, CancellationToken cancellation) =>
        query.Status == ScheduleStatus.Failed
            ? ReadFailedAsync(query, readsMarks, budget, cancellation)
            : ReadPendingAsync(query, budget, cancellation);

    /// <summary>What the marks of these schedules say; null for those that have none.</summary>
    public async Task<IReadOnlyList<Schedule?>> ReadMarkedAsync(
        IReadOnlyList<ScheduleKey> keys, CancellationToken cancellation)
    {
        var schedules = new Schedule?[keys.Count];
        await Parallel.ForAsync(0, keys.Count, ParallelRequests.Looks(cancellation), async (n, token) =>
        {
            if (await ReadMarkAsync(keys[n], token) is { } mark)
                schedules[n] = Schedule.From(FailedSchedule.From(keys[n], mark));
        });
        return schedules;
    }

    private async IAsyncEnumerable<ScheduleEntry> ReadPendingAsync(
        ScheduleQuery query, RequestBudget? budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var list = ListAsync(
            query, folder.Prefix, k => $"{folder.Prefix}{k}", folder.NextPending, budget, cancellation);
        await foreach (var (page, next) in list)
        {
            var pending = folder.Read(page);
            if (await FindMarkedAsync(pending, budget, cancellation) is not { } marked) yield break;
            foreach (var (key, listed) in pending)
                yield return new(key, Schedule.From(new PendingSchedule(key, listed)), IsLeftOut: marked.Contains(key));
            if (next is not null) yield return ScheduleEntry.EndOfPage(next.Value.From);
        }
    }

    // Two lists in the same order: those that were moved, and the marks of those that could not be.
    private async IAsyncEnumerable<ScheduleEntry> ReadFailedAsync(
        ScheduleQuery query, bool readsMarks, RequestBudget? budget,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var marks = ReadMarksAsync(query, readsMarks, budget, cancellation)
            .GetAsyncEnumerator(cancellation);
        await using var moved = ReadMovedAsync(query, budget, cancellation).GetAsyncEnumerator(cancellation);
        var (hasMark, hasMoved) = (await marks.MoveNextAsync(), await moved.MoveNextAsync());
        while (hasMark || hasMoved)
        {
            var isMark = hasMark && !(hasMoved
                && ScheduleFolder.IsListedBefore(moved.Current.Position, marks.Current.Position));
            yield return isMark ? marks.Current : moved.Current;
            if (isMark) hasMark = await marks.MoveNextAsync();
            else hasMoved = await moved.MoveNextAsync();
        }
    }

    private async IAsyncEnumerable<ScheduleEntry> ReadMovedAsync(
        ScheduleQuery query, RequestBudget? budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var list = ListAsync(
            query, folder.FailedPrefix, folder.AfterFailed, folder.NextFailed, budget, cancellation);
        await foreach (var (page, next) in list)
        {
            foreach (var moved in folder.ReadFailed(page)) yield return new(moved.Key, Schedule.From(moved));
            if (next is not null) yield return ScheduleEntry.EndOfPage(next.Value.From);
        }
    }

    private async IAsyncEnumerable<ScheduleEntry> ReadMarksAsync(
        ScheduleQuery query, bool readsMarks, RequestBudget? budget,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var list = ListAsync(query, folder.MarksPrefix, folder.AfterMark, folder.NextMark, budget, cancellation);
        await foreach (var (page, next) in list)
        {
            var keys = folder.ReadMarks(page);
            if (readsMarks && budget?.TryTake(keys.Count) == false) yield break;
            var read = readsMarks ? await ReadMarkedAsync(keys, cancellation) : new Schedule?[keys.Count];
            foreach (var (key, schedule) in keys.Zip(read))
                if (schedule is not null || !readsMarks) yield return new(key, schedule);
            if (next is not null) yield return ScheduleEntry.EndOfPage(next.Value.From);
        }
    }

    private async IAsyncEnumerable<(ObjectPage Page, NextPage? Next)> ListAsync(
        ScheduleQuery query, string prefix, Func<ScheduleKey, string> startAfter, Func<ObjectPage, NextPage?> nextOf,
        RequestBudget? budget, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var from = query.From is { } time ? DueTime.Write(DueTime.RoundUp(time)) : ScheduleFolder.BeforeKeys;
        var after = prefix + from;
        if (query.After is { } key && string.CompareOrdinal(startAfter(key), after) > 0) after = startAfter(key);
        // One more than the limit shows whether there is a next page. With a filter, whole pages are read.
        var size = query.HasFilter ? ScheduleQuery.MaxLimit : Math.Min(query.Limit + 1, ScheduleQuery.MaxLimit);
        for (string? start = after; start is not null; size = ScheduleQuery.MaxLimit)
        {
            if (budget?.TryTake(RequestBudget.List) == false) yield break;
            var page = await store.ListAsync(folder.Bucket, prefix, start, size, cancellation);
            var next = nextOf(page);
            yield return (page, next);
            start = next?.After;
        }
    }

    // A pending page has failed schedules only where it has due ones; a LIST of their time finds their marks. Null: the
    // budget is spent.
    private async Task<HashSet<ScheduleKey>?> FindMarkedAsync(
        IReadOnlyList<PendingSchedule> pending, RequestBudget? budget, CancellationToken cancellation)
    {
        var marked = new HashSet<ScheduleKey>();
        var due = pending.TakeWhile(p => p.Key.DueAt <= store.Clock.Latest).ToDictionary(p => p.Key);
        if (due.Count == 0) return marked;

        var query = new ScheduleQuery(
            ScheduleStatus.Failed, pending[0].Key.DueAt, null, null, null, ScheduleQuery.MaxLimit);
        var last = pending[due.Count - 1].Key.DueAt;
        var found = new List<PendingSchedule>();
        await foreach (var entry in ReadMarksAsync(query, readsMarks: false, budget, cancellation))
        {
            var mark = entry.Position;
            if (mark.DueAt > last) break;
            if (!entry.IsEndOfPage && due.TryGetValue(mark, out var schedule)) found.Add(schedule);
        }

        if (budget?.TryTake(2 * found.Count) == false) return null;
        await Parallel.ForEachAsync(found, ParallelRequests.Looks(cancellation), async (schedule, token) =>
        {
            var mark = await ReadMarkAsync(schedule.Key, token);
            if (mark?.Means(await store.HeadAsync(folder.At(schedule), token)) != true) return;
            lock (marked) marked.Add(schedule.Key);
        });
        return marked;
    }

    private Task<FailureMark?> ReadMarkAsync(ScheduleKey key, CancellationToken cancellation) =>
        FailureMark.ReadAsync(store, folder.FailedMark(key), cancellation);
}

/// <param name="Position">The schedule's key.</param>
/// <param name="Schedule">Null: its mark must be read first.</param>
/// <param name="IsLeftOut">It is still among the pending ones, but has failed.</param>
/// <param name="IsEndOfPage">No schedule, but the end of a page: all that is due before was listed.</param>
public readonly record struct ScheduleEntry(
    ScheduleKey Position, Schedule? Schedule, bool IsLeftOut = false, bool IsEndOfPage = false)
{
    /// <summary>No other destination comes before it at the same time, but for keys that begin with a space.</summary>
    public static readonly Destination ListedFirst = new($"0{new string('-', 254)}", "!");

    public static ScheduleEntry EndOfPage(DateTimeOffset nextFrom) =>
        new(new ScheduleKey(nextFrom, ListedFirst), null, IsEndOfPage: true);
}
