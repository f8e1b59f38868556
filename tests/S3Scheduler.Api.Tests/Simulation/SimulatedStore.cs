namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>The server as a process sees it, through a network where requests and responses are late or lost.</summary>
public sealed class SimulatedStore(World world, SimulatedProcess process) : IObjectStore
{
    private readonly Dictionary<string, int> _sent = [];

    public ServerClock Clock { get; } = new(process.Time);

    public string Place => "simulated";

    public async Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, CancellationToken.None);
        var (stored, time) = await AskAsync(
            new(StoreOperation.Put, target.Bucket, [target.Key]),
            sending => world.Server.Put(sending, target, bytes.ToArray(), attributes, condition), cancellation);
        return new PutResult(stored, time);
    }

    public async Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation)
    {
        var request = new StoreRequest(StoreOperation.Head, source.Bucket, [source.Key]);
        return (await AskAsync(request, _ => world.Server.Find(source)?.Info, cancellation)).Result;
    }

    public async Task<StoredObject?> GetAsync(ObjectAddress source, long offset, CancellationToken cancellation)
    {
        var (entry, _) = await AskAsync(
            new(StoreOperation.Get, source.Bucket, [source.Key]), _ => world.Server.Read(source), cancellation);
        if (entry is null) return null;
        return new StoredObject(entry.Info, new MemoryStream(entry.Content, writable: false) { Position = offset });
    }

    public async Task<ObjectPage> ListAsync(
        string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation)
    {
        var (page, time) = await AskAsync(
            new(StoreOperation.List, bucket, [startAfter]),
            _ => world.Server.List(bucket, prefix, startAfter, limit), cancellation);
        return new ObjectPage(page.Objects, page.More, time);
    }

    public async Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation) =>
        (await AskAsync(
            new(StoreOperation.Copy, source.Bucket, [source.Key], target),
            sending => world.Server.Copy(sending, source, target), cancellation)).Result;

    public async Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation)
    {
        var request = new StoreRequest(StoreOperation.Delete, bucket, [.. targets.Select(t => t.Key)]);
        var (failed, time) = await AskAsync(request, sending =>
        {
            var failed = new Dictionary<string, string>();
            foreach (var target in targets)
            {
                var isPartial = sending.Fate.Mishap == Mishap.PartialDelete;
                var isUnacknowledged = isPartial && sending.Fate.Dice.Chance(0.6);
                if (isUnacknowledged) failed[target.Key] = "InternalError";
                if (isUnacknowledged && sending.Fate.Dice.Chance(0.5)) continue;
                if (world.Server.RefusesDeletes && world.Layout.IsPending(target.Key))
                    failed[target.Key] = "AccessDenied";
                else if (world.Server.Delete(sending, bucket, target) is { } code)
                    failed[target.Key] = code;
            }

            if (failed.Count > 0) world.History.HasUnresolved = true;
            return failed;
        }, cancellation);
        return new DeleteResult(failed, time);
    }

    private async Task<(T Result, ServerTime Time)> AskAsync<T>(
        StoreRequest request, Func<Sending, T> takePlace, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var sent = Clock.Read();
        var answer = new Answer<T>();
        using var given = cancellation.UnsafeRegister(_ => answer.TrySetCanceled(cancellation), null);
        Send(request, takePlace, answer, sent);
        var (result, date) = await answer.Task;
        return (result, Observe(date, sent));
    }

    private ServerTime Observe(DateTimeOffset date, LocalTime sent)
    {
        world.History.FirstAnswers.TryAdd(process.Name, world.Now);
        return Clock.Observe(date, sent);
    }

    private void Send<T>(StoreRequest request, Func<Sending, T> takePlace, Answer<T> answer, LocalTime sent)
    {
        var call = SimulatedProcess.Current ?? throw new InvalidOperationException("A request outside of a call.");
        // The probe does not count: a process asks for it only once.
        if (!request.Key.EndsWith(".probe", StringComparison.Ordinal)) call.Requests[(int)request.Operation]++;
        var name = $"{process.Name} {request.Operation} {request.Bucket}/{request.Key} {request.Target}";
        var times = _sent[name] = _sent.GetValueOrDefault(name) + 1;
        var fate = Fate.Of(world.Plan, $"{name} {times}", world.IsHealed);
        var sending = new Sending(request, call, process, world.Now, fate, world.Server.NewestLease.By == call);
        Apply(sending);

        var patience = request.Operation == StoreOperation.Copy ? world.Plan.CopyPatience : world.Plan.Patience;
        world.Schedule(world.Now + patience, process, () =>
        {
            if (answer.TrySetException(NoAnswer())) world.History.HasUnresolved = true;
        });
        if (fate.Mishap is Mishap.LostRequest || fate.Mishap is Mishap.Kill && fate.Dice.Chance(0.5))
        {
            if (fate.Dice.Chance(0.5))
                world.Schedule(world.Now + fate.There + fate.Back, process, () => answer.TrySetException(NoAnswer()));
            return;
        }

        world.RequestsUnderWay++;
        var copying = request.Operation == StoreOperation.Copy
            ? world.Server.CopyTime(request.Target!.Value.Bucket) : TimeSpan.Zero;
        world.Schedule(world.Now + fate.There + copying, null, () => Arrive(sending, takePlace, answer, sent));
    }

    private void Apply(Sending sending)
    {
        var fate = sending.Fate;
        if (fate.Mishap == Mishap.None) return;
        world.History.Mishaps.Add(fate.Id);
        world.Note($"{fate.Mishap} for {process.Name}: {sending.Request.Operation} {sending.Request.Key}");
        if (fate.Mishap == Mishap.Kill) world.Schedule(world.Now + fate.Dice.Seconds(0, 0.1), process, process.Kill);
        if (fate.Mishap == Mishap.Freeze)
        {
            var length = world.Plan.Options.LeaseDuration * (0.3 + 2.5 * fate.Dice.Fraction());
            process.Freeze(length, world.Plan.MachinesSleep && fate.Dice.Chance(0.5));
        }

        if (fate.Mishap is Mishap.Kill or Mishap.Freeze or Mishap.LostAnswer or Mishap.LostRequest)
            world.History.HasUnresolved = true;
    }

    private void Arrive<T>(Sending sending, Func<Sending, T> takePlace, Answer<T> answer, LocalTime sent)
    {
        world.RequestsUnderWay--;
        var fate = sending.Fate;
        // Some servers use the time at which the request began, others the time of the response.
        var began = fate.Dice.Chance(0.3)
            ? sending.Sent + (world.Now - sending.Sent) * fate.Dice.Fraction()
            : world.Now;
        sending.ServerTime = world.Server.Clock(began);
        var date = SimulatedServer.Floor(fate.Dice.Chance(0.2)
            ? world.ServerTime + fate.Back * fate.Dice.Fraction()
            : sending.ServerTime);
        if (fate.Mishap == Mishap.OddDate) date = Odd(date, fate.Dice);
        Action reply;
        try
        {
            if (fate.Mishap == Mishap.Refused) throw new StoreException("SlowDown", "503", isTransient: true);
            world.Server.Enter(sending.Request);
            var result = takePlace(sending);
            reply = () => answer.TrySetResult((result, date));
        }
        catch (StoreException fault)
        {
            if (!fault.IsTransient && sending.Request.Operation == StoreOperation.Head)
                sending.Call.WasRefusedALook = true;
            if (sending.Request.Operation == StoreOperation.Delete) world.History.HasUnresolved = true;
            reply = () =>
            {
                Observe(date, sent);
                answer.TrySetException(fault);
            };
        }

        if (fate.Mishap == Mishap.LostAnswer)
        {
            if (fate.Dice.Chance(0.5)) return;
            reply = () => answer.TrySetException(NoAnswer());
        }

        world.Schedule(world.Now + fate.Back, process, reply);
    }

    // Never the same error twice: three answers that agree count as the server's clock.
    private static DateTimeOffset Odd(DateTimeOffset date, Dice dice) => dice.Below(4) switch
    {
        0 => date + dice.Seconds(10, 1_000),
        1 => date + dice.Seconds(100_000, 40_000_000),
        2 => date - dice.Seconds(10, 100_000),
        _ => DateTimeOffset.MaxValue,
    };

    private static StoreException NoAnswer() => new(StoreException.Unreachable, "no answer", isTransient: true);

    private sealed class Answer<T> : TaskCompletionSource<(T Result, DateTimeOffset Date)>;
}
