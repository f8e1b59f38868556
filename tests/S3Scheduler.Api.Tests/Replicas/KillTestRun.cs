namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One run of the kill test: the load, the kills, and when all is delivered the verdict.</summary>
internal sealed class KillTestRun(ReplicatedFolder folder, int seed, KillTestSize size)
{
    private const int Buckets = 4;

    public int Kills { get; private set; }
    public string Summary { get; private set; } = "";

    public async Task<KillTestVerdict> RunAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        var buckets = new List<string>();
        for (var bucket = 0; bucket < Buckets; bucket++) buckets.Add(await folder.DestinationAsync());
        var lives = Enumerable.Range(0, size.Schedules).Select(number => Life(number, buckets)).ToList();

        await using var one = await ReplicaAsync(1);
        await using var other = await ReplicaAsync(2);
        Replica[] replicas = [one, other];
        await Task.WhenAll(replicas.Select(r => r.StartAsync()));
        await LoadAsync(replicas, lives);

        // The network works again and both processes run, so what is pending is delivered now.
        foreach (var replica in replicas) replica.Proxy.Rule = null;
        await folder.NothingPendingAsync();
        foreach (var replica in replicas) (await replica.StopAsync()).ShouldBe(0);
        Kills = replicas.Sum(r => r.Kills);

        var delivered = await Delivered.ReadAsync(folder, buckets);
        var failed = await folder.KeysAsync(".failed/");
        var verdict = new KillTestVerdict(lives, delivered, failed, await folder.ReceiptsAsync(), folder.Log);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        Summary = string.Create(null, $"seed {seed}: {Kills} kills, {verdict.Summarize()}, {seconds:0} s");
        return verdict;
    }

    private async Task LoadAsync(Replica[] replicas, IReadOnlyList<ScheduleLife> lives)
    {
        using var over = new CancellationTokenSource();
        var outages = replicas.Select((r, n) => r.BreakNetworkAsync(Chance(10 + n), over.Token)).ToList();
        var client = new KillTestClient(replicas, await folder.NowAsync(), size.Posting);
        var clients = lives.Select((life, number) => client.LiveAsync(life, Chance(1000 + number))).ToList();
        var (kills, time) = (size.Kills / replicas.Length, size.Posting + TimeSpan.FromSeconds(5));
        await Task.WhenAll(replicas.Select(r => r.KillAgainAndAgainAsync(kills, time)));
        await Task.WhenAll(clients);
        await over.CancelAsync();
        await Task.WhenAll(outages);
    }

    // One in five shares its destination with others.
    private ScheduleLife Life(int number, List<string> buckets) => new(
        buckets[number % buckets.Count], number % 5 == 0 ? $"shared/{number % 40}" : $"own/{number}",
        $"content {number} of {seed}");

    private async Task<Replica> ReplicaAsync(int number)
    {
        var proxy = await folder.ProxyAsync();
        var faults = new NetworkFaults(unchecked(seed + number));
        proxy.Rule = faults.Next;
        return new Replica(folder, proxy, faults, Chance(number));
    }

    private Random Chance(int stream) => new(unchecked(seed + 7919 * stream));
}
