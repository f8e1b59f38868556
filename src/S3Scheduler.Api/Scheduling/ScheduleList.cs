using System.Runtime.CompilerServices;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Lists schedules in due order. It seeks a time in the bucket; no keys before it are read.</summary>
public sealed class ScheduleList(IObjectStore store, ScheduleFolder folder)
{
    /// <summary>Limits one call to 10,000 keys, even where a filter leaves out nearly all of them.</summary>
    private const int MaxRequests = 10;

    /// <summary>No other destination comes before it at the same time, but for keys that begin with a space.</summary>
    private static readonly Destination ListedFirst = new($"0{new string('-', 254)}", "!");

    /// <summary>How many marks are read at the same time.</summary>
    private const int Parallelism = 16;

    public async Task<SchedulePage> ReadAsync(ScheduleQuery query, CancellationToken cancellation)
    {
        var found = new List<Entry>();
        ScheduleKey? last = null;
        var requests = 0;
        await foreach (var entry in query.Status == ScheduleStatus.Failed
            ? ReadFailedAsync(query, cancellation) : ReadPendingAsync(query, cancellation))
        {
            var key = entry.Position;
            if (key.DueAt >= query.To) break;
            if (entry.IsEndOfPage)
            {
                // Many keys that are no schedules may have been passed over.
                if (!(key.DueAt <= (last ?? query.After)?.DueAt)) last = key;
                if (++requests >= MaxRequests && last is not null && Cursor(query, found, last) is { } cursor)
                    return await PageAsync(found, cursor, cancellation);
                continue;
            }

            if (!entry.IsLeftOut && query.Takes(key.Destination))
            {
                if (found.Count == query.Limit)
                    return await PageAsync(found, Cursor(query, found, last!), cancellation);
                found.Add(entry);
            }

            last = key;
        }

        return await PageAsync(found, null, cancellation);
    }

    // Where the next page starts, if this one ends at a schedule that the query does not take. Who may not see that
    // schedule gets a cursor that has only its time. Null: with it, the next page would start where this one did.
    private static ScheduleKey? Cursor(ScheduleQuery query, List<Entry> found, ScheduleKey last)
    {
        if (query.Within?.Allows(last.Destination) != false) return last;
        if (found.Count > 0) return found[^1].Position;
        return query.After is { } after && last.DueAt <= after.DueAt ? null : new ScheduleKey(last.DueAt, ListedFirst);
    }

    private async IAsyncEnumerable<Entry> ReadPendingAsync(
        ScheduleQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var list = ListAsync(query, folder.Prefix, k => $"{folder.Prefix}{k}", folder.NextPending, cancellation);
        await foreach (var (page, next) in list)
        {
            var pending = folder.Read(page);
            var marked = await FindMarkedAsync(pending, cancellation);
            foreach (var schedule in pending)
                yield return new Entry(schedule.Key, Schedule.From(schedule), IsLeftOut: marked.Contains(schedule.Key));
            if (next is not null) yield return Entry.EndOfPage(next.Value.From);
        }
    }

    // Two lists in the same order: those that were moved, and the marks of those that could not be.
    private async IAsyncEnumerable<Entry> ReadFailedAsync(
        ScheduleQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var marks = ReadMarksAsync(query, cancellation).GetAsyncEnumerator(cancellation);
        await using var moved = ReadMovedAsync(query, cancellation).GetAsyncEnumerator(cancellation);
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

    private async IAsyncEnumerable<Entry> ReadMovedAsync(
        ScheduleQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var list = ListAsync(query, folder.FailedPrefix, folder.AfterFailed, folder.NextFailed, cancellation);
        await foreach (var (page, next) in list)
        {
            foreach (var moved in folder.ReadFailed(page)) yield return new Entry(moved.Key, Schedule.From(moved));
            if (next is not null) yield return Entry.EndOfPage(next.Value.From);
        }
    }

    private async IAsyncEnumerable<Entry> ReadMarksAsync(
        ScheduleQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var list = ListAsync(query, folder.MarksPrefix, folder.AfterMark, folder.NextMark, cancellation);
        await foreach (var (page, next) in list)
        {
            foreach (var key in folder.ReadMarks(page)) yield return new Entry(key, null);
            if (next is not null) yield return Entry.EndOfPage(next.Value.From);
        }
    }

    private async IAsyncEnumerable<(ObjectPage Page, NextPage? Next)> ListAsync(
        ScheduleQuery query, string prefix, Func<ScheduleKey, string> startAfter, Func<ObjectPage, NextPage?> nextOf,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var from = query.From is { } time ? DueTime.Write(DueTime.RoundUp(time)) : ScheduleFolder.BeforeKeys;
        var after = prefix + from;
        if (query.After is { } key && string.CompareOrdinal(startAfter(key), after) > 0) after = startAfter(key);
        // One more than the limit shows whether there is a next page. With a filter, whole pages are read.
        var size = query.HasFilter ? ScheduleQuery.MaxLimit : Math.Min(query.Limit + 1, ScheduleQuery.MaxLimit);
        for (string? start = after; start is not null; size = ScheduleQuery.MaxLimit)
        {
            var page = await store.ListAsync(folder.Bucket, prefix, start, size, cancellation);
            var next = nextOf(page);
            yield return (page, next);
            start = next?.After;
        }
    }

    // A pending page has failed schedules only where it has due ones; a LIST of their time finds their marks.
    private async Task<HashSet<ScheduleKey>> FindMarkedAsync(
        IReadOnlyList<PendingSchedule> pending, CancellationToken cancellation)
    {
        var marked = new HashSet<ScheduleKey>();
        var due = pending.TakeWhile(p => p.Key.DueAt <= store.Clock.Latest).ToDictionary(p => p.Key);
        if (due.Count == 0) return marked;

        var query = new ScheduleQuery(
            ScheduleStatus.Failed, pending[0].Key.DueAt, null, null, null, ScheduleQuery.MaxLimit);
        var last = pending[due.Count - 1].Key.DueAt;
        var found = new List<PendingSchedule>();
        await foreach (var entry in ReadMarksAsync(query, cancellation))
        {
            var mark = entry.Position;
            if (mark.DueAt > last) break;
            if (!entry.IsEndOfPage && due.TryGetValue(mark, out var schedule)) found.Add(schedule);
        }

        await Parallel.ForEachAsync(found, Options(cancellation), async (schedule, token) =>
        {
            var mark = await ReadMarkAsync(schedule.Key, token);
            if (mark?.Means(await store.HeadAsync(folder.At(schedule), token)) != true) return;
            lock (marked) marked.Add(schedule.Key);
        });
        return marked;
    }

    private async Task<SchedulePage> PageAsync(
        List<Entry> found, ScheduleKey? next, CancellationToken cancellation)
    {
        var schedules = found.Select(f => f.Schedule).ToArray();
        var marks = Enumerable.Range(0, found.Count).Where(n => schedules[n] is null);
        await Parallel.ForEachAsync(marks, Options(cancellation), async (n, token) =>
        {
            var key = found[n].Position;
            if (await ReadMarkAsync(key, token) is { } mark)
                schedules[n] = Schedule.From(FailedSchedule.From(key, mark));
        });
        return new SchedulePage([.. schedules.OfType<Schedule>()], next);
    }

    private Task<FailureMark?> ReadMarkAsync(ScheduleKey key, CancellationToken cancellation) =>
        FailureMark.ReadAsync(store, folder.FailedMark(key), cancellation);

    private static ParallelOptions Options(CancellationToken cancellation) => new()
    {
        MaxDegreeOfParallelism = Parallelism,
        TaskScheduler = TaskScheduler.Current,
        CancellationToken = cancellation,
    };

    /// <param name="Position">The schedule's key.</param>
    /// <param name="Schedule">Null: its mark must be read first.</param>
    /// <param name="IsLeftOut">It is still among the pending ones, but has failed.</param>
    /// <param name="IsEndOfPage">No schedule, but the end of a page: all that is due before was listed.</param>
    private readonly record struct Entry(
        ScheduleKey Position, Schedule? Schedule, bool IsLeftOut = false, bool IsEndOfPage = false)
    {
        public static Entry EndOfPage(DateTimeOffset nextFrom) =>
            new(new ScheduleKey(nextFrom, ListedFirst), null, IsEndOfPage: true);
    }
}
