using Microsoft.Extensions.Logging.Abstractions;
using S3Scheduler.Api.Delivery.Listing;
using S3Scheduler.Api.Delivery.Pipeline;
using S3Scheduler.Api.Delivery.Receipts;
using S3Scheduler.Api.Scheduling.Many;
using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>A process from its start to its end: the service's own objects, with simulated clocks and store.</summary>
public sealed class SimulatedProcess : IDisposable
{
    // One for all: nobody listens, and meters stay registered until they are disposed.
    private static readonly SchedulerMetrics Metrics = new(new OwnMeters());

    private static readonly SchedulerTraces Traces = new(TimeProvider.System);

    private static readonly AsyncLocal<ServiceCall?> Calling = new();

    private readonly World _world;
    private readonly Action _died;
    private readonly CancellationTokenSource _stop = new();

    public SimulatedProcess(World world, string name, Action died)
    {
        (_world, Name, _died) = (world, name, died);
        var seed = Dice.Seed(world.Plan.Seed, name);
        var dice = new Dice(seed);
        Tasks = new ProcessTasks(world, this);
        Time = new ProcessClock(world, this, dice.Seconds(-86_400, 86_400), 1 + (dice.Fraction() - 0.5) * 0.001);
        Store = new SimulatedStore(world, this);

        var options = world.Plan.Options;
        var random = new Random((int)seed);
        var folder = new ScheduleFolder(
            options.Bucket, options.Folder, new AllowedDestinations(options.Destinations));
        var probe = new StoreProbe(Store, folder.Marker);
        var backoff = new DestinationBackoff(Time, random);
        var terms = new LeaseTerms(options, Time, random);
        var leases = new SweepLeases(Store, folder, probe, terms, NullLogger<SweepLeases>.Instance);
        var settled = new SettledSchedules(Time);
        var backlog = new Backlog(Store, Metrics);
        var summary = new SweepSummary(backlog, Time, NullLogger<SweepSummary>.Instance);
        var deliverer = new Deliverer(
            Store, folder, backoff, settled, Metrics, Traces, summary, options, NullLogger<Deliverer>.Instance);
        var failed = new FailedSchedules(Store, folder);
        var late = new LateArrivals(Store);
        var alarm = new SweepAlarm(Store, folder, late, options, Time);
        var delivered = new DeliveredSchedules(
            Store, folder, new LogBrake(Time), NullLogger<DeliveredSchedules>.Instance);
        var claims = new Claims(Store, folder, failed, Time);
        var timely = new TimelyDelete(Store, folder);
        var list = new ScheduleList(new ScheduleEntries(Store, folder));
        Scheduler = new Scheduler(
            Store, folder, probe, delivered, failed, claims, timely, alarm, new Spool(), options, random);
        Retries = new Retries(Store, folder, Scheduler, failed, claims, list, new Spool(), options);
        Reschedules = new Reschedules(Store, folder, Scheduler, timely, list, options);
        Cancellations = new Cancellations(Store, folder, Scheduler, failed, timely, list);
        var python = new PythonSchedules(Store, folder, options, NullLogger<PythonSchedules>.Instance);
        var receipts = new ReceiptWriter(Store, folder, options, random, NullLogger<ReceiptWriter>.Instance);
        var delete = new BatchDelete(Store, folder, settled, receipts);
        Sweep = new Sweep(
            Store, folder, probe, leases, deliverer, delete, new OldReceipts(Store, folder, options, Time), backoff,
            settled, python, late,
            new SweepHealth(Store, settled, options, Time), backlog, Metrics, Traces, summary, options,
            Time, NullLogger<Sweep>.Instance);
    }

    public string Name { get; }
    public ProcessTasks Tasks { get; }
    public ProcessClock Time { get; }
    public SimulatedStore Store { get; }
    public Scheduler Scheduler { get; }
    public Retries Retries { get; }
    public Cancellations Cancellations { get; }
    public Reschedules Reschedules { get; }
    public Sweep Sweep { get; }

    public CancellationToken Stopping => _stop.Token; // cancelled by SIGTERM
    public bool IsDead { get; private set; }
    public TimeSpan FrozenUntil { get; private set; } // it does not run before that time
    public int CallsUnderWay { get; private set; }

    /// <summary>The call that the running code belongs to.</summary>
    public static ServiceCall? Current => Calling.Value;

    public void Run(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, Tasks);

    /// <summary>Makes a call, and records it with its answer or fault.</summary>
    public async Task AskAsync(CallKind kind, string what, Func<Task<string>> ask)
    {
        var call = new ServiceCall(_world.History.Calls.Count, _world.Now, kind, Name, what);
        _world.History.Calls.Add(call);
        Calling.Value = call;
        CallsUnderWay++;
        try
        {
            call.Answer = await ask();
        }
        catch (Exception fault) when (fault is StoreException or OperationCanceledException)
        {
            call.Answer = $"fault {(fault as StoreException)?.Code ?? "stopped"}";
        }
        catch (Exception bug)
        {
            call.Answer = $"bug {bug}";
        }

        call.Ended = _world.Now;
        CallsUnderWay--;
    }

    public void Stop()
    {
        Note("SIGTERM");
        _world.Schedule(_world.Now, this, _stop.Cancel);
        _world.Schedule(_world.Now + TimeSpan.FromSeconds(10), this, Kill);
    }

    public void Kill()
    {
        if (IsDead) return;
        Note("killed");
        _world.History.HasUnresolved = true;
        _world.History.Killed.Add(Name);
        IsDead = true;
        _died();
    }

    public void Freeze(TimeSpan length, bool sleeps)
    {
        if (FrozenUntil > _world.Now) return;
        Note($"frozen for {length.TotalSeconds:F3} s{(sleeps ? ", its machine asleep" : "")}");
        _world.History.HasUnresolved = true;
        FrozenUntil = _world.Now + length;
        if (sleeps) Time.Sleep(length);
    }

    public void SetWall(TimeSpan by)
    {
        Note($"wall clock set by {by}");
        Time.SetWall(by);
    }

    public void Dispose()
    {
        Sweep.Dispose();
        _stop.Dispose();
    }

    private void Note(string text) => _world.Note($"{Name}: {text}");
}

/// <summary>Runs the tasks of one process when the world says so.</summary>
public sealed class ProcessTasks(World world, SimulatedProcess process) : TaskScheduler
{
    public void Execute(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task) => world.MakeReady(process, task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
