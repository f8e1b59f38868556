using S3Scheduler.Api.Scheduling.Many;

namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>A client that changes many schedules, page by page. It sends a page that fails again, some times.</summary>
public sealed class ManyClient(World world)
{
    private const int MostFaults = 2;

    public Task TakeAsync(ClientStep step, SimulatedProcess process) => step switch
    {
        CancelManyStep cancel => CancelAsync(cancel, process),
        RescheduleManyStep reschedule => RescheduleAsync(reschedule, process),
        _ => throw new ArgumentException("It changes one schedule.", nameof(step)),
    };

    private Task CancelAsync(CancelManyStep step, SimulatedProcess process)
    {
        var query = new ScheduleQuery(step.Status, At(step.From), At(step.To), step.Bucket, null, step.PageSize);
        return RunAsync(step, process, CallKind.CancelMany, async call =>
        {
            var page = await process.Cancellations.CancelAsync(query, isDryRun: false, CancellationToken.None);
            foreach (var (schedule, outcome) in page.Schedules)
                call.Cancelled[schedule.Found?.Listed.Key ?? $"schedules/{schedule.Key}"] = outcome;
            query = query with { After = page.Next };
            return (page.Next is null, page.Schedules.Select(c => $"{c.Schedule.Key}: {c.Outcome}"));
        });
    }

    private Task RescheduleAsync(RescheduleManyStep step, SimulatedProcess process)
    {
        var query = new ScheduleQuery(
            ScheduleStatus.Pending, At(step.From), At(step.To), step.Bucket, null, step.PageSize);
        var time = step.By is { } by ? new NewTime(null, by) : new NewTime(At(step.DueAt), default);
        return RunAsync(step, process, CallKind.RescheduleMany, async call =>
        {
            // A first page that broke off can have moved some.
            var page = await process.Reschedules.RescheduleAsync(query, time, isDryRun: false, CancellationToken.None);
            foreach (var (key, result) in page.Schedules) call.Rescheduled[$"schedules/{key}"] = result.Outcome;
            query = query with { After = page.Next?.After, StoredBefore = page.Next?.StoredBefore };
            return (page.Next is null, page.Schedules.Select(r => $"{r.Key}: {r.Result.Outcome}"));
        });
    }

    private static async Task RunAsync(
        ClientStep step, SimulatedProcess process, CallKind kind,
        Func<ServiceCall, Task<(bool IsLast, IEnumerable<string> Outcomes)>> ask)
    {
        var (isOver, faults) = (false, 0);
        while (!isOver && faults <= MostFaults)
        {
            faults++;
            await process.AskAsync(kind, $"{step}", async () =>
            {
                var call = SimulatedProcess.Current!;
                call.Run = step;
                (isOver, var outcomes) = await ask(call);
                faults = 0;
                return string.Join(' ', outcomes);
            });
        }
    }

    private DateTimeOffset? At(TimeSpan? time) => time is { } t ? world.At(t) : null;
}
