namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Clients of the service, on whatever process they reach; the calls are those of the HTTP edge.</summary>
public sealed class Client(World world)
{
    /// <summary>In the metadata of an upload, for those who tell its story; the service knows nothing of it.</summary>
    public const string PythonId = "python-id";

    private readonly Dictionary<int, ScheduleKey> _known = [];

    public Task TakeAsync(ClientStep step, SimulatedProcess process)
    {
        var key = _known.GetValueOrDefault(step.Number);
        switch (step)
        {
            case CreateStep create:
                return CreateAsync(create, process);
            case PythonStep python:
                return UploadAsync(python, process);
            case CancelStep when key is not null:
                return process.AskAsync(CallKind.Cancel, $"{key}", async _ =>
                    (await process.Scheduler.CancelAsync(key, CancellationToken.None)).ToString());
            case RescheduleStep reschedule when key is not null:
                return process.AskAsync(CallKind.Reschedule, $"{key} to {DueTime.Write(world.At(reschedule.DueAt))}", async _ =>
                {
                    var result = await process.Scheduler.RescheduleAsync(key, world.At(reschedule.DueAt), CancellationToken.None);
                    if (result is { Outcome: RescheduleOutcome.Rescheduled or RescheduleOutcome.Unknown, Schedule: { } moved })
                        _known[step.Number] = moved.Key;
                    return result.Outcome.ToString();
                });
            case RetryStep when key is not null:
                return process.AskAsync(CallKind.Retry, $"{key}", async _ =>
                {
                    var result = await process.Retries.RetryAsync(key, CancellationToken.None);
                    if (result is { Outcome: RetryOutcome.Retried, Schedule: { } again }) _known[step.Number] = again.Key;
                    return result.Outcome.ToString();
                });
            case RetryAllStep:
                return process.AskAsync(CallKind.RetryAll, "", async _ =>
                    (await process.Retries.RetryAllAsync(null, null, CancellationToken.None)).ToString());
            case SweepStep:
                return process.AskAsync(CallKind.Sweep, "asked for", async _ =>
                    (await process.Sweep.RunAsync(process.Stopping)).ToString());
            default:
                return Task.CompletedTask; // of a schedule that was never created
        }
    }

    private async Task CreateAsync(CreateStep step, SimulatedProcess process)
    {
        var dueAt = world.At(step.DueAt);
        _known[step.Number] = new ScheduleKey(dueAt, step.Destination); // as far as the client knows
        await process.AskAsync(CallKind.Create, $"{_known[step.Number]} '{step.Content}'", async _ =>
        {
            var schedule = new NewSchedule(
                new Due(dueAt), step.Destination, new MemoryStream(Encoding.UTF8.GetBytes(step.Content)),
                new ObjectAttributes { ContentType = "text/plain" });
            var (outcome, created) = await process.Scheduler.ScheduleAsync(schedule, CancellationToken.None);
            if (outcome != ScheduleOutcome.Conflict) _known[step.Number] = created.Key;
            return $"{outcome} {created.Key}";
        });
    }

    // Not through the service; on a machine of one of its processes, as that has a network to go wrong.
    private async Task UploadAsync(PythonStep step, SimulatedProcess process)
    {
        // No two have the same key: the library would overwrite one by the other.
        var when = world.At(step.DueAt).AddMicroseconds(step.Number) + step.Offset;
        var key = PythonLibrary.Key("schedules", when.DateTime, step.Offset, step.Destination.Bucket, step.Destination.Key);
        var attributes = new ObjectAttributes { Metadata = new Dictionary<string, string> { [PythonId] = $"{step.Number:D4} of Python" } };
        await process.AskAsync(CallKind.Upload, key, async _ => (await process.Store.PutAsync(
            new ObjectAddress("scheduler", key), new MemoryStream(Encoding.UTF8.GetBytes($"Python {step.Number}")), attributes,
            PutCondition.None, CancellationToken.None)).Stored.ToString());
    }
}
