namespace S3Scheduler.Api.Benchmarks;

/// <summary>How late 100 schedules a second are, alone or beside a destination that takes long.</summary>
internal static class Lateness
{
    private const int PerSecond = 100;
    private const int Seconds = 60;
    private const double Enough = 0.6; // seconds, in 99 of 100

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1) / PerSecond;

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        var beside = args.FirstOrDefault() ?? "nothing else";
        Console.WriteLine($"{PerSecond} a second for {Seconds} s, beside: {beside}");
        Punctuality.Print("raw loop", await MeasureAsync(bench, isRaw: true, ""));
        var late = await MeasureAsync(bench, isRaw: false, beside);
        Punctuality.Print("service", late);
        return late[late.Count * 99 / 100] < Enough;
    }

    private static async Task<IReadOnlyList<double>> MeasureAsync(Bench bench, bool isRaw, string beside)
    {
        const int Count = PerSecond * Seconds;
        var bucket = await bench.Buckets.MakeAsync();
        List<string> good = [];
        for (var n = 0; n < 4; n++) good.Add(await bench.Buckets.MakeAsync());
        var slow = await bench.Buckets.MakeAsync();
        var log = new S3Log();
        var proxy = await bench.ProxyAsync(log);
        proxy.Rule = (beside switch
        {
            "slow" => Fault.Delayed(TimeSpan.FromSeconds(40)),
            "hanging" => Fault.Hanging,
            _ => Fault.Delayed(TimeSpan.FromMinutes(1)), // of each part
        }).To(r => r.Bucket == slow && r.Source.Length > 0);

        var first = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(10 + Count / 200);
        var seeds = await bench.SeedAsync(bucket, good, Count, n => first + n * Gap);
        if (beside is "slow" or "hanging")
            await bench.SeedAsync(bucket, [slow], Seconds, n => first + TimeSpan.FromSeconds(n));
        if (beside is "parts")
        {
            var big = new Seed(-1, new ScheduleKey(first, new Destination(slow, "big")));
            await bench.SeedAsync(bucket, [big], new string('x', 20 << 20));
        }

        using var client = bench.Client(proxy.Url);
        var work = isRaw ? RawLoop.DeliverAsync(client, bucket, seeds) : null;
        var service = isRaw ? null : await bench.StartAsync(
            bucket, proxy.Url, ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location),
            LoweredLimits.Tell(new() { LargestCopy = 5 << 20, CopyPart = 5 << 20 }));
        var late = await Punctuality.ReadAsync(log, good, seeds);
        if (work is not null) await work;
        service?.Dispose();
        return late;
    }
}
