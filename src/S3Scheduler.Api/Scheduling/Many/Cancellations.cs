namespace S3Scheduler.Api.Scheduling.Many;

/// <summary>Cancels many pending schedules, or deletes many failed ones, page by page.</summary>
public sealed class Cancellations(
    IObjectStore store, ScheduleFolder folder, Scheduler scheduler, FailedSchedules failed, TimelyDelete timely,
    ScheduleList list)
{
    /// <summary>One LIST of 1,000 keys shows a page of so many, and whether there is a next one.</summary>
    public const int PageSize = ScheduleQuery.MaxLimit - 1;

    /// <param name="isDryRun">Nothing is deleted: the outcomes are those that are expected.</param>
    public async Task<CancelledPage> CancelAsync(
        ScheduleQuery query, bool isDryRun, CancellationToken cancellation)
    {
        var page = await list.ReadAsync(query, cancellation);
        var outcomes = query.Status == ScheduleStatus.Failed
            ? await DeleteFailedAsync(page.Schedules, isDryRun, cancellation)
            : await CancelPendingAsync(page.Schedules, isDryRun, cancellation);
        return new CancelledPage(
            [.. page.Schedules.Zip(outcomes, (schedule, outcome) => new Cancelled(schedule, outcome))], page.Next);
    }

    private async Task<IEnumerable<CancelOutcome>> CancelPendingAsync(
        IReadOnlyList<Schedule> schedules, bool isDryRun, CancellationToken cancellation)
    {
        if (store.Clock.IsInDoubt) await store.EnsureClockAsync(folder.Marker, cancellation);
        // They are in due order, so those that it is too late for come first.
        var tooLate = schedules.TakeWhile(s => timely.IsTooLate(s.Key)).Count();
        var keys = schedules.Skip(tooLate).Select(s => s.Key).ToList();
        var deleted = isDryRun || keys.Count == 0
            ? keys.Select(_ => true)
            : await timely.TryDeleteAsync(keys, null, cancellation);
        return Enumerable.Repeat(CancelOutcome.AlreadyDue, tooLate)
            .Concat(deleted.Select(isDeleted => isDeleted ? CancelOutcome.Cancelled : CancelOutcome.Unknown));
    }

    private async Task<IEnumerable<CancelOutcome>> DeleteFailedAsync(
        IReadOnlyList<Schedule> schedules, bool isDryRun, CancellationToken cancellation)
    {
        // While the pending object exists, a sweep may still deliver it.
        var arePending = new bool[schedules.Count];
        var parallel = ParallelRequests.Looks(cancellation);
        await Parallel.ForAsync(0, schedules.Count, parallel, async (n, token) =>
            arePending[n] = await scheduler.GetPendingAsync(schedules[n].Key, token) is not null);
        var found = schedules.Where((_, n) => !arePending[n]).Select(s => s.Found!).ToList();
        var codes = new Queue<string?>(
            isDryRun ? found.Select(_ => (string?)null) : await failed.TryDeleteAsync(found, cancellation));
        return [.. arePending.Select(isPending => isPending ? CancelOutcome.AlreadyDue
            : codes.Dequeue() is null ? CancelOutcome.FailedDeleted : CancelOutcome.Unknown)];
    }
}

/// <param name="Next">Where the next page starts; null: there is none.</param>
public sealed record CancelledPage(IReadOnlyList<Cancelled> Schedules, ScheduleKey? Next)
{
    public int Count(params IReadOnlyList<CancelOutcome> outcomes) =>
        Schedules.Count(schedule => outcomes.Contains(schedule.Outcome));
}

/// <param name="Schedule">As it was listed.</param>
public readonly record struct Cancelled(Schedule Schedule, CancelOutcome Outcome);
