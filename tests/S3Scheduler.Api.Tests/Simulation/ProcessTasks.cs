namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Runs the tasks of one process when the world says so.</summary>
public sealed class ProcessTasks(World world, SimulatedProcess process) : TaskScheduler
{
    public void Execute(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task) => world.MakeReady(process, task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
