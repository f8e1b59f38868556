namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>
/// Virtual time for one S3 server and some processes, all on one thread. First the ready tasks run, in the order in
/// which they became ready, then the next scheduled event happens. The same seed gives the same history.
/// </summary>
public sealed class World
{
    private readonly PriorityQueue<(SimulatedProcess? Owner, Action Happen), (TimeSpan At, long Order)> _agenda = new();
    private readonly Queue<(SimulatedProcess Owner, Task Task)> _ready = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;

    public World(Plan plan) => (Plan, Server, Layout) = (plan, new SimulatedServer(this), new Layout(plan.Options));

    public Plan Plan { get; }
    public SimulatedServer Server { get; }
    public History History { get; } = new();
    public Layout Layout { get; }
    public int RequestsUnderWay { get; set; } // sent and not yet executed
    public TimeSpan Now { get; private set; } // since the start
    public DateTimeOffset ServerTime => Server.Clock(Now);
    public bool IsHealed => Now >= Plan.Healed; // all faults have ended

    public DateTimeOffset At(TimeSpan time) => Plan.Start + time;

    /// <param name="owner">The process that does it: a frozen one does it when it goes on, a dead one never.</param>
    public void Schedule(TimeSpan at, SimulatedProcess? owner, Action happen) =>
        _agenda.Enqueue((owner, happen), (at < Now ? Now : at, _order++));

    public void Note(string text) => History.Notes.Add((Now, $"   {text}"));

    public void MakeReady(SimulatedProcess owner, Task task)
    {
        // With a second thread the history would depend on the machine.
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("A task runs on another thread.");
        _ready.Enqueue((owner, task));
    }

    public void RunUntil(TimeSpan end)
    {
        RunReady();
        while (_agenda.TryPeek(out var next, out var place) && place.At <= end)
        {
            _agenda.Dequeue();
            Now = place.At;
            if (next.Owner is { IsDead: true }) continue;
            var thaw = next.Owner?.FrozenUntil ?? Now;
            if (thaw > Now) _agenda.Enqueue(next, (thaw, _order++));
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
