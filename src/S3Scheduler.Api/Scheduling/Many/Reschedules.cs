using System.Collections.Concurrent;

namespace S3Scheduler.Api.Scheduling.Many;

/// <summary>Gives many pending schedules other due times, page by page, each as one reschedule does it.</summary>
public sealed class Reschedules(
    IObjectStore store, ScheduleFolder folder, Scheduler scheduler, TimelyDelete timely, ScheduleList list,
    SchedulerOptions options)
{
    /// <param name="query">
    /// Without StoredBefore it is the first page of a run. The pages after it leave out what was stored since that one
    /// began: so none meets what the run has moved ahead, and the run comes to an end.
    /// </param>
    /// <param name="isDryRun">Nothing is changed: the outcomes are those that are expected.</param>
    public async Task<RescheduledPage> RescheduleAsync(
        ScheduleQuery query, NewTime time, bool isDryRun, CancellationToken cancellation)
    {
        await store.EnsureClockAsync(folder.Marker, cancellation);
        var began = query.StoredBefore ?? ServerTime.WholeSeconds(store.Clock.Earliest);
        var page = await list.ReadAsync(query, cancellation);
        var next = page.Next is { } after ? new ReschedulePosition(began, after) : null;
        if (isDryRun)
            return new RescheduledPage([.. page.Schedules.Select(s => new Rescheduled(s.Key, Expect(s)))], next);

        var rescheduled = new ConcurrentBag<Rescheduled>();
        var faults = new ConcurrentBag<Exception>();
        var parallel = ParallelRequests.UpTo(options.Concurrency, cancellation);
        await Parallel.ForEachAsync(page.Schedules.GroupBy(s => s.Key.Destination), parallel, async (same, token) =>
        {
            // To one destination, each goes where the one before it is gone from.
            foreach (var schedule in time.By > TimeSpan.Zero ? same.Reverse() : same)
                rescheduled.Add(await RescheduleAsync(schedule.Key, time, faults, token));
        });
        // Nothing of the page can be done.
        if (!faults.IsEmpty && faults.Count == page.Schedules.Count) throw faults.First();
        return new RescheduledPage([.. rescheduled], next);
    }

    private RescheduleResult Expect(Schedule schedule) => new(
        timely.IsTooLate(schedule.Key) ? RescheduleOutcome.AlreadyDue
        : folder.FaultOf(schedule.Key.Destination) is not null ? RescheduleOutcome.NotAllowed
        : RescheduleOutcome.Rescheduled);

    // The others do not wait for somebody to mend what is wrong with one.
    private async Task<Rescheduled> RescheduleAsync(
        ScheduleKey key, NewTime time, ConcurrentBag<Exception> faults, CancellationToken cancellation)
    {
        try
        {
            return new(key, await scheduler.RescheduleAsync(key, time.Of(key), mayJoin: false, cancellation));
        }
        catch (InvalidScheduleException fault)
        {
            faults.Add(fault);
            return new(key, new(RescheduleOutcome.Conflict));
        }
        catch (StoreException fault) when (!fault.IsServiceFault)
        {
            faults.Add(fault);
            var isUnchanged = fault.Code is StoreException.Archived or StoreException.AttributesLost;
            return new(key, new(isUnchanged ? RescheduleOutcome.Conflict : RescheduleOutcome.Unknown));
        }
    }
}

/// <summary>The new due time of many schedules.</summary>
/// <param name="At">Of all of them; null: it depends on the old one.</param>
/// <param name="By">How much later than the old one it is; may be negative.</param>
public readonly record struct NewTime(DateTimeOffset? At, TimeSpan By)
{
    /// <exception cref="InvalidScheduleException">It can't be written.</exception>
    public DateTimeOffset Of(ScheduleKey key) => At ?? (By <= DueTime.Max - key.DueAt
        && By >= DateTimeOffset.MinValue - key.DueAt
            ? key.DueAt + By
            : throw new InvalidScheduleException("by", "The new due time must be in the years 1 to 9999."));
}

/// <param name="Next">Where the next page starts; null: there is none.</param>
public sealed record RescheduledPage(IReadOnlyList<Rescheduled> Schedules, ReschedulePosition? Next)
{
    public int Count(params IReadOnlyList<RescheduleOutcome> outcomes) =>
        Schedules.Count(schedule => outcomes.Contains(schedule.Result.Outcome));
}

/// <param name="Key">The old one.</param>
public readonly record struct Rescheduled(ScheduleKey Key, RescheduleResult Result);

/// <summary>How far a run of pages has come.</summary>
/// <param name="StoredBefore">
/// When it began, by the store's clock. What was stored since may have been moved by it.
/// </param>
/// <param name="After">Only what follows this schedule; null: all.</param>
public sealed record ReschedulePosition(DateTimeOffset StoredBefore, ScheduleKey? After)
{
    private const char Separator = '|';

    /// <summary>Reads what <see cref="ToString"/> writes, or a time; null if it is anything else.</summary>
    public static ReschedulePosition? TryParse(string text)
    {
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        if (end < 0) return DueTime.Parse(text) is { } began ? new(ServerTime.WholeSeconds(began), null) : null;
        return DueTime.TryRead(text[..end]) is { } time && ScheduleKey.TryParse(text[(end + 1)..], out var key)
            ? new(time, key)
            : null;
    }

    public override string ToString() =>
        After is null ? DueTime.Write(StoredBefore) : $"{DueTime.Write(StoredBefore)}{Separator}{After}";
}
