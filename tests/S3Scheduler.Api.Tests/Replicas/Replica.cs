namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One of the processes, on a network of its own. It is killed and started again.</summary>
internal sealed class Replica(ReplicatedFolder folder, FaultyProxy proxy, NetworkFaults faults, Random random)
    : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // The request right before which it is killed; null: at any moment.
    private static readonly S3Operation?[] Moments =
        [null, S3Operation.List, S3Operation.Put, S3Operation.Copy, S3Operation.Delete];

    private volatile ServiceProcess? _process;

    public FaultyProxy Proxy => proxy;
    public int Kills { get; private set; }

    /// <summary>Null while the process is not running.</summary>
    public HttpClient? Client => _process?.Client;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task StartAsync()
    {
        faults.RefusesDeletes = false;
        _process = await folder.StartAsync(proxy, ("Scheduler__SweepInterval", "00:00:10"));
        faults.RefusesDeletes = true;
    }

    /// <summary>Kills it at random moments, often right before a request to the store, and starts it again.</summary>
    public async Task KillAgainAndAgainAsync(int kills, TimeSpan over)
    {
        var each = over / kills;
        for (var kill = 0; kill < kills; kill++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await DelayAsync(each * 0.6 * random.NextDouble());
            if (Moments[random.Next(Moments.Length)] is { } moment) await RequestAsync(moment);
            var process = _process!;
            _process = null;
            await process.KillAsync();
            await process.DisposeAsync();
            Kills++;
            await DelayAsync(each * 0.2 * random.NextDouble());
            await StartAsync();
            await DelayAsync(each - TimeProvider.System.GetElapsedTime(started));
        }
    }

    /// <summary>Breaks its network from time to time, for less or more than a lease lasts.</summary>
    public async Task BreakNetworkAsync(Random chance, CancellationToken until)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(5 + 15 * chance.NextDouble()), TimeProvider.System, until);
                proxy.IsBroken = true;
                await Task.Delay(TimeSpan.FromSeconds(0.2 + 3 * chance.NextDouble()), TimeProvider.System, until);
                proxy.IsBroken = false;
            }
        }
        catch (OperationCanceledException)
        {
            proxy.IsBroken = false;
        }
    }

    /// <returns>The exit code.</returns>
    public Task<int> StopAsync() => _process!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process) await process.DisposeAsync();
    }

    // Waits for the next request of that kind, before the server sees it, but not for long.
    private async Task RequestAsync(S3Operation operation)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.OnRequest = request =>
        {
            if (request.Operation == operation) seen.TrySetResult();
        };
        await Task.WhenAny(seen.Task, DelayAsync(Patience));
        proxy.OnRequest = null;
    }

    private static Task DelayAsync(TimeSpan time) =>
        time > TimeSpan.Zero ? Task.Delay(time, TimeProvider.System, Cancellation) : Task.CompletedTask;
}
