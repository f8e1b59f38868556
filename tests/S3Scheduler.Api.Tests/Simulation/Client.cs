namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>The clients of the service. They make the calls that the HTTP endpoints make.</summary>
public sealed class Client(World world)
{
    /// <summary>
    /// Metadata by which the simulation recognizes what was not stored by the service, which does not know it.
    /// </summary>
    public const string ForeignId = "foreign-id";

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
            case HandStep byHand:
                return MakeAsync(byHand, process);
            case CancelStep when key is not null:
                return process.AskAsync(CallKind.Cancel, $"{key}", async () =>
                    (await process.Scheduler.CancelAsync(key, CancellationToken.None)).ToString());
            case RescheduleStep reschedule when key is not null:
                var dueAt = world.At(reschedule.DueAt);
                return process.AskAsync(CallKind.Reschedule, $"{key} to {DueTime.Write(dueAt)}", async () =>
                {
                    var result = await process.Scheduler.RescheduleAsync(key, dueAt, CancellationToken.None);
                    var isMoved = result.Outcome is RescheduleOutcome.Rescheduled or RescheduleOutcome.Unknown;
                    if (isMoved && result.Schedule is { } moved) _known[step.Number] = moved.Key;
                    return result.Outcome.ToString();
                });
            case RetryStep when key is not null:
                return process.AskAsync(CallKind.Retry, $"{key}", async () =>
                {
                    var result = await process.Retries.RetryAsync(key, CancellationToken.None);
                    if (result is { Outcome: RetryOutcome.Retried, Schedule: { } again })
                        _known[step.Number] = again.Key;
                    return result.Outcome.ToString();
                });
            case RetryAllStep:
                var failed = ScheduleQuery.OfFailed(null, null);
                return process.AskAsync(CallKind.RetryAll, "", async () =>
                    (await process.Retries.RetryAllAsync(failed, CancellationToken.None)).ToString());
            case CancelManyStep or RescheduleManyStep:
                return new ManyClient(world).TakeAsync(step, process);
            case SweepStep:
                return process.AskAsync(CallKind.Sweep, "asked for", async () =>
                    (await process.Sweep.RunAsync(process.Stopping)).ToString());
            default:
                return Task.CompletedTask; // the schedule was never created
        }
    }

    private async Task CreateAsync(CreateStep step, SimulatedProcess process)
    {
        var dueAt = world.At(step.DueAt);
        _known[step.Number] = new ScheduleKey(dueAt, step.Destination); // unless the response says otherwise
        await process.AskAsync(CallKind.Create, $"{_known[step.Number]} '{step.Content}'", async () =>
        {
            var schedule = new NewSchedule(
                new Due(dueAt), step.Destination, new MemoryStream(Encoding.UTF8.GetBytes(step.Content)),
                new ObjectAttributes { ContentType = "text/plain" });
            var (outcome, created) = await process.Scheduler.ScheduleAsync(schedule, CancellationToken.None);
            if (outcome != ScheduleOutcome.Conflict) _known[step.Number] = created.Key;
            return $"{outcome} {created.Key}";
        });
    }

    private Task UploadAsync(PythonStep step, SimulatedProcess process)
    {
        // No two have the same key, because the library would overwrite the first one.
        var when = world.At(step.DueAt).AddMicroseconds(step.Number) + step.Offset;
        var (bucket, name) = (step.Destination.Bucket, step.Destination.Key);
        var key = PythonLibrary.Key("schedules", when.DateTime, step.Offset, bucket, name);
        return PutAsync(key, $"{step.Number:D4} of Python", $"Python {step.Number}", PutCondition.None, process);
    }

    private Task MakeAsync(HandStep step, SimulatedProcess process)
    {
        // Whoever uses the key of somebody else's schedule again has lost that one, and not the service.
        var second = SimulatedServer.Floor(world.At(step.DueAt));
        var key = new ScheduleKey(second.AddMilliseconds(step.Number), step.Destination);
        return PutAsync(
            $"schedules/{key}", $"{step.Number:D4} by hand", $"by hand {step.Number}", PutCondition.IfAbsent, process);
    }

    // Not through the service. It runs on the machine of a process because that one has a network with faults.
    private static Task PutAsync(
        string key, string id, string text, PutCondition condition, SimulatedProcess process)
    {
        var metadata = new Dictionary<string, string> { [ForeignId] = id };
        var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return process.AskAsync(CallKind.Upload, key, async () => (await process.Store.PutAsync(
            new ObjectAddress("scheduler", key), content, new ObjectAttributes { Metadata = metadata },
            condition, CancellationToken.None)).Stored.ToString());
    }
}
