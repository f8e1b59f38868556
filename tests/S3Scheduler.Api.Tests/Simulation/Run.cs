namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>One run of a plan: processes with their workers, clients, faults, and some rest at the end.</summary>
public sealed class Run
{
    private static readonly TimeSpan ToRest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(7);

    private readonly World _world;
    private readonly Plan _plan;
    private readonly SimulatedProcess[] _processes;
    private readonly int[] _lives;
    private readonly Client _client;

    private Run(Plan plan)
    {
        (_world, _plan) = (new World(plan), plan);
        (_processes, _lives) = (new SimulatedProcess[plan.Processes], new int[plan.Processes]);
        _client = new Client(_world);
        for (var i = 0; i < plan.Processes; i++) Start(i);
        foreach (var step in plan.Steps) _world.Schedule(step.At, null, () => Take(step));
        _world.Schedule(plan.Healed, null, _world.Server.Heal);
    }

    /// <summary>Runs a plan until nothing is left to do.</summary>
    public static World Of(Plan plan)
    {
        var run = new Run(plan);
        var world = run._world;
        world.RunUntil(plan.Healed);
        for (var rest = TimeSpan.Zero; rest < ToRest && !run.IsAtRest; rest += Look)
            world.RunUntil(plan.Healed + rest + Look);
        return world;
    }

    private bool IsAtRest => _world.RequestsUnderWay == 0
        && _processes.All(p => !p.IsDead && p.FrozenUntil <= _world.Now && p.CallsUnderWay == 0)
        && !_world.Server.Due(_world.ServerTime).Any();

    private void Start(int place)
    {
        var name = $"{(char)('A' + place)}{++_lives[place]}";
        var dice = new Dice(Dice.Seed(_plan.Seed, $"start {name}"));
        var process = new SimulatedProcess(
            _world, name, () => _world.Schedule(_world.Now + dice.Seconds(0.1, 20), null, () => Start(place)));
        _processes[place] = process;
        _world.Schedule(_world.Now + dice.Seconds(0, 3), process, () => process.Run(() => WorkAsync(process)));
    }

    // Pauses like the worker: until the next known time, for at least a second and at most one interval.
    private async Task WorkAsync(SimulatedProcess process)
    {
        while (!process.Stopping.IsCancellationRequested)
        {
            SweepResult? result = null;
            await process.AskAsync(
                CallKind.Sweep, "",
                async () => (result = await process.Sweep.KeepRunningAsync(TimeSpan.MaxValue, process.Stopping))
                    .ToString());
            var pause = _plan.SweepInterval;
            foreach (var next in new[] { result?.NextDueAt, result?.RetryAt })
                if (next is { } time) pause = Shorter(pause, process.Store.Clock.PauseUntil(time));
            if (result is null) pause = TimeSpan.FromSeconds(5);
            await Task.Delay(pause > TimeSpan.FromSeconds(1) ? pause : TimeSpan.FromSeconds(1), process.Time);
        }

        TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    private void Take(PlanStep step)
    {
        if (step.Process < 0)
        {
            _world.Server.Take(step);
            return;
        }

        var process = _processes[step.Process % _processes.Length];
        if (process.IsDead) return;
        switch (step)
        {
            case ClientStep asked:
                _world.Schedule(_world.Now, process, () => process.Run(() => _client.TakeAsync(asked, process)));
                break;
            case KillStep: process.Kill(); break;
            case FreezeStep freeze: process.Freeze(freeze.Length, freeze.Sleeps); break;
            case StopStep: process.Stop(); break;
            case SetWallStep set: process.SetWall(set.By); break;
        }
    }
}
