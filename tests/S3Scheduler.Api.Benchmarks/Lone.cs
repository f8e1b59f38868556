namespace S3Scheduler.Api.Benchmarks;

/// <summary>How late a schedule is when nothing else has happened for a minute.</summary>
internal static class Lone
{
    // Not whole minutes: the due times fall on all parts of a second.
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(60.15);

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        var count = args is [var given] ? int.Parse(given, null) : 20;
        var (ours, raw) = (await bench.Buckets.MakeAsync(), await bench.Buckets.MakeAsync());
        var (theirs, others) = (await bench.Buckets.MakeAsync(), await bench.Buckets.MakeAsync());
        var (log, rawLog) = (new S3Log(), new S3Log());
        var (proxy, rawProxy) = (await bench.ProxyAsync(log), await bench.ProxyAsync(rawLog));
        var first = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(60);
        var seeds = await bench.SeedAsync(ours, [theirs], count, n => first + n * Gap);
        var rawSeeds = await bench.SeedAsync(raw, [others], count, n => first + n * Gap + Gap / 2);

        await bench.StartAsync(ours, proxy.Url);
        using var client = bench.Client(rawProxy.Url);
        var loop = RawLoop.DeliverAsync(client, raw, rawSeeds);
        var late = await Punctuality.ReadAsync(log, [theirs], seeds);
        await loop;
        Console.WriteLine($"{count} lone schedules, {Gap.TotalSeconds} s apart");
        Console.WriteLine($"  each       {string.Join(' ', late.Select(l => $"{l:0.000}"))}");
        Punctuality.Print("raw loop", await Punctuality.ReadAsync(rawLog, [others], rawSeeds));
        Punctuality.Print("service", late);
        foreach (var (kind, requests) in log.All.CountBy(e => e.Request.Operation).OrderBy(k => k.Key))
            Console.WriteLine($"  {kind,-10} {(double)requests / count:0.0} requests a schedule");
        return late[^1] < 0.5;
    }
}
