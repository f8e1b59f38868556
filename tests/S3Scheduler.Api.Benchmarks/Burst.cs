namespace S3Scheduler.Api.Benchmarks;

/// <summary>How many deliveries a second when many fall due at once, and what each of them costs.</summary>
internal static class Burst
{
    private const double Enough = 0.95;

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], null) : 10_000;
        var rounds = args.Length > 1 ? int.Parse(args[1], null) : 2;
        var (raw, ours) = (new Cost(), new Cost());
        var (scheduler, loop) = (await bench.Buckets.MakeAsync(), await bench.Buckets.MakeAsync());
        var service = await bench.StartAsync(scheduler, null, Bench.NoWorker);
        await SeedAsync(scheduler, 500);
        await service.SweepAsync();
        await RawLoop.DeliverAsync(bench.S3, loop, await SeedAsync(loop, 500));

        Console.WriteLine($"{count} due at once, to 4 buckets, {Bench.Concurrency} copies at once");
        for (var round = 0; round < rounds; round++)
        {
            var seeds = await SeedAsync(loop, count);
            await raw.AddAsync(
                () => Environment.CpuUsage.TotalTime, () => RawLoop.DeliverAsync(bench.S3, loop, seeds));
            await SeedAsync(scheduler, count);
            await ours.AddAsync(() => service.Cpu, () => DeliverAsync(service, count));
            Console.WriteLine($"  round {round + 1}    raw {raw.Last(count)}, service {ours.Last(count)}");
        }

        Console.WriteLine($"  raw loop   {raw.All(count)}");
        Console.WriteLine($"  service    {ours.All(count)}");
        var ratio = raw.Took / ours.Took;
        Console.WriteLine($"  ratio      {ratio:0.00} (at least {Enough:0.00})");

        // The proxy that counts costs time, so this is a sweep of its own.
        var log = new S3Log();
        var counted = await bench.StartAsync(scheduler, (await bench.ProxyAsync(log)).Url, Bench.NoWorker);
        await SeedAsync(scheduler, count);
        await DeliverAsync(counted, count);
        foreach (var (kind, requests) in log.All.CountBy(e => e.Request.Operation).OrderBy(k => k.Key))
            Console.WriteLine($"  {kind,-10} {requests} requests, {(double)requests / count:0.0000} a delivery");
        return ratio >= Enough;

        async Task<IReadOnlyList<Seed>> SeedAsync(string bucket, int number)
        {
            var dueAt = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(5);
            var destinations = new List<string>();
            for (var n = 0; n < 4; n++) destinations.Add(await bench.Buckets.MakeAsync());
            return await bench.SeedAsync(bucket, destinations, number, _ => dueAt);
        }
    }

    private static async Task DeliverAsync(ServiceUnderTest service, int count)
    {
        var delivered = 0;
        while (delivered < count) delivered += await service.SweepAsync();
    }

    private sealed class Cost
    {
        private readonly List<(TimeSpan Took, TimeSpan Cpu)> _rounds = [];

        public TimeSpan Took => new(_rounds.Sum(r => r.Took.Ticks));

        public async Task AddAsync(Func<TimeSpan> cpu, Func<Task> deliver)
        {
            var before = cpu();
            var took = await Stopwatch.TimeAsync(deliver);
            _rounds.Add((took, cpu() - before));
        }

        public string Last(int count) => Text(_rounds[^1], count);

        public string All(int count) => Text((Took, new(_rounds.Sum(r => r.Cpu.Ticks))), count * _rounds.Count);

        private static string Text((TimeSpan Took, TimeSpan Cpu) cost, int count) =>
            $"{count / cost.Took.TotalSeconds:0} deliveries/s, {cost.Cpu.TotalMilliseconds / count:0.00} ms CPU each";
    }
}
