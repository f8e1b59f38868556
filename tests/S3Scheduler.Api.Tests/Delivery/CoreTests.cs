namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Tests of the core over a store in memory, with one process or two.</summary>
public abstract class CoreTests(Core? core = null) : IAsyncLifetime
{
    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private protected static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private protected Core _core = core ?? new();
    private Core? _second;

    /// <summary>A second process that uses the same bucket.</summary>
    private protected Core Other => _second ??= _core.AnotherProcess();

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        await _core.Worker.StopAsync(CancellationToken.None).WaitAsync(Gate.Timeout);
        _core.Dispose();
        _second?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task StartWorkerAsync()
    {
        await _core.Worker.StartAsync(Core.Cancellation);
        await _core.Time.UntilAsleepAsync();
    }

    /// <summary>Runs a sweep whose process is killed at the first request that fits.</summary>
    private protected static Task CrashAsync(Core core, Func<StoreRequest, bool> fits, bool after = false)
    {
        core.Store.Kill(fits, after);
        return Should.ThrowAsync<KilledException>(core.SweepAsync);
    }

    /// <summary>Every request that fits fails, either before it takes place or after.</summary>
    private protected void FailAll(Func<StoreRequest, bool> fits, Func<Exception> fault, bool after)
    {
        var fail = Faults.When(fits, fault);
        if (after) _core.Store.After = fail;
        else _core.Store.Before = fail;
    }

    private protected static Func<StoreRequest, bool> Is(StoreOperation operation) => r => r.Operation == operation;

    private protected void EndFaults() => (_core.Store.Before, _core.Store.After) = (null, null);

    /// <summary>A hook that acts once, at the first request that fits.</summary>
    private protected static Func<StoreRequest, Task> AtFirst(Func<StoreRequest, bool> fits, Action act) =>
        Faults.Once(fits, () =>
        {
            act();
            return Task.CompletedTask;
        });

    /// <summary>Holds all such requests until the gate opens; it counts as reached once that many wait.</summary>
    private protected Gate HoldAt(StoreOperation operation, int count = 1)
    {
        var (gate, held) = (new Gate(), 0);
        _core.Store.Before = request => request.Operation != operation ? Task.CompletedTask
            : gate.WaitAsync(isReached: Interlocked.Increment(ref held) == count);
        return gate;
    }

    private protected List<string> FailedKeys() => [.. _core.Store.Keys(Core.Bucket)
        .Where(k => k.StartsWith(_core.Folder.FailedPrefix, StringComparison.Ordinal))];
}

/// <summary>Where requests wait until the test lets them go on.</summary>
internal sealed class Gate
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // What waits goes on within Open: a test that moves time then knows of it.
    private readonly TaskCompletionSource _open = new();

    public Task Reached => _reached.Task.WaitAsync(Timeout, Core.Cancellation);

    public Task WaitAsync() => WaitAsync(isReached: true);

    public Task WaitAsync(bool isReached)
    {
        if (isReached) _reached.TrySetResult();
        return _open.Task;
    }

    /// <returns>Whether it was still closed.</returns>
    public bool Open() => _open.TrySetResult();
}
