namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One of the processes: killed, started again, and on a network of its own.</summary>
internal sealed class Replica(ReplicatedFolder folder, FaultyProxy proxy, Random random) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // To be killed at; null: whatever it is doing.
    private static readonly S3Operation?[] Moments = [null, S3Operation.List, S3Operation.Put, S3Operation.Copy, S3Operation.Delete];

    private volatile ServiceProcess? _process;

    public FaultyProxy Proxy => proxy;

    public int Kills { get; private set; }

    /// <summary>Null while it is not running.</summary>
    public HttpClient? Client => _process?.Client;

    public async Task StartAsync() => _process = await folder.StartAsync(proxy, ("Scheduler__SweepInterval", "00:00:10"));

    /// <summary>Kills it at random moments, most of them right when it asks something of the store, and starts it again.</summary>
    public async Task KillAgainAndAgainAsync(int kills, TimeSpan over)
    {
        var each = over / kills;
        for (var kill = 0; kill < kills; kill++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await Task.Delay(each * 0.6 * random.NextDouble(), TimeProvider.System, TestContext.Current.CancellationToken);
            if (Moments[random.Next(Moments.Length)] is { } moment) await RequestAsync(moment);
            var process = _process!;
            _process = null;
            await process.KillAsync();
            await process.DisposeAsync();
            Kills++;
            await Task.Delay(each * 0.2 * random.NextDouble(), TimeProvider.System, TestContext.Current.CancellationToken);
            await StartAsync();
            var left = each - TimeProvider.System.GetElapsedTime(started);
            if (left > TimeSpan.Zero) await Task.Delay(left, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Breaks its network now and then, for less than a lease or more.</summary>
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

    /// <summary>Asks it to stop.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync() => _process!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process) await process.DisposeAsync();
    }

    // The next request of that kind, before the server sees it; but a kill is not put off for long.
    private async Task RequestAsync(S3Operation operation)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Passing = request =>
        {
            if (request.Operation == operation) seen.TrySetResult();
        };
        await Task.WhenAny(seen.Task, Task.Delay(Patience, TimeProvider.System, TestContext.Current.CancellationToken));
        proxy.Passing = null;
    }
}
