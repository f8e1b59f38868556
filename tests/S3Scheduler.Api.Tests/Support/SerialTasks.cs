namespace S3Scheduler.Api.Tests.Support;

/// <summary>
/// Runs tasks one after the other, and tells when none is left: then all wait for time or for a test.
/// </summary>
public sealed class SerialTasks : TaskScheduler
{
    // It only ends a test that would hang.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Lock _lock = new();
    private readonly Queue<Task> _tasks = new();
    private TaskCompletionSource? _idle;

    public Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    public Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <summary>Returns when no task can run.</summary>
    public Task IdleAsync()
    {
        lock (_lock) return _idle?.Task.WaitAsync(Limit, TestContext.Current.CancellationToken) ?? Task.CompletedTask;
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _tasks.Enqueue(task);
            if (_idle is not null) return;
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => RunAll(), null);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void RunAll()
    {
        while (Next() is { } task) TryExecuteTask(task);
    }

    private Task? Next()
    {
        lock (_lock)
        {
            if (_tasks.TryDequeue(out var task)) return task;
            _idle!.SetResult();
            _idle = null;
            return null;
        }
    }
}

/// <summary>The worker on one thread, so that a test knows when it sleeps.</summary>
public sealed class SerialWorker(SweepWorker worker, SerialTasks tasks) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public Task? ExecuteTask { get; private set; }

    public Task StartAsync(CancellationToken cancellation)
    {
        ExecuteTask = tasks.RunAsync(() => worker.RunAsync(_stop.Token));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        if (ExecuteTask is null) return;
        _stop.Cancel();
        await ExecuteTask.WaitAsync(cancellation)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose()
    {
        worker.Dispose();
        _stop.Dispose();
    }
}
