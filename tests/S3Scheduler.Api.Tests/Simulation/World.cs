namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>
/// Virtual time for one S3 server and some processes, all run by one thread: tasks that are ready in the order in which
/// they became so, then the next occurrence. The same seed gives the same history.
/// </summary>
public sealed class World
{
    private readonly PriorityQueue<(SimulatedProcess? Owner, Action Happen), (TimeSpan At, long Order)> _agenda = new();
    private readonly Queue<(SimulatedProcess Owner, Task Task)> _ready = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;

    public World(Plan plan)
    {
        Plan = plan;
        Server = new SimulatedServer(this);
        History = new History();
        Layout = new Layout(plan.Options);
    }

    public Plan Plan { get; }

    public SimulatedServer Server { get; }

    public History History { get; }

    public Layout Layout { get; }

    /// <summary>Sent and not yet executed.</summary>
    public int RequestsUnderWay { get; set; }

    /// <summary>Since the world began. The server's clock is right by it.</summary>
    public TimeSpan Now { get; private set; }

    public DateTimeOffset ServerTime => At(Now);

    /// <summary>From then on nothing goes wrong any more.</summary>
    public bool IsHealed => Now >= Plan.Healed;

    public DateTimeOffset At(TimeSpan time) => Plan.Start + time;

    /// <param name="owner">Whose doing it is: a process that is frozen does it when it goes on, a dead one never.</param>
    public void Schedule(TimeSpan at, SimulatedProcess? owner, Action happen) =>
        _agenda.Enqueue((owner, happen), (at < Now ? Now : at, _order++));

    public void MakeReady(SimulatedProcess owner, Task task)
    {
        // A hop to another thread would make the history depend on the machine.
        if (Environment.CurrentManagedThreadId != _thread) throw new InvalidOperationException("Something left the world's thread.");
        _ready.Enqueue((owner, task));
    }

    public void RunUntil(TimeSpan end)
    {
        RunReady();
        while (_agenda.TryPeek(out var next, out var place) && place.At <= end)
        {
            _agenda.Dequeue();
            Now = place.At;
            if (next.Owner is { } owner && owner.IsDead) continue;
            if (next.Owner is { } frozen && frozen.FrozenUntil > Now) _agenda.Enqueue(next, (frozen.FrozenUntil, _order++));
            else next.Happen();
            RunReady();
        }

        Now = end;
    }

    private void RunReady()
    {
        while (_ready.TryDequeue(out var ready))
        {
            var (owner, task) = ready;
            if (owner.IsDead) continue;
            if (owner.FrozenUntil > Now) Schedule(owner.FrozenUntil, owner, () => owner.Tasks.Execute(task));
            else owner.Tasks.Execute(task);
        }
    }
}
