using Amazon.S3.Model;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>The most memory that the service takes while very many are due.</summary>
internal static class Memory
{
    private static readonly TimeSpan Refusing = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        var count = args is [var given] ? int.Parse(given, null) : 200_000;
        var (bucket, destination) = (await bench.Buckets.MakeAsync(), await bench.Buckets.MakeAsync());
        var proxy = await bench.ProxyAsync(new S3Log());
        proxy.Rule = Fault.Refused(503, "SlowDown").To(r => r.Bucket == destination);
        var dueAt = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1);
        await bench.SeedAsync(bucket, [destination], count, n => dueAt + TimeSpan.FromMilliseconds(n));

        var service = await bench.StartAsync(bucket, proxy.Url);
        Say("at the start");
        await Task.Delay(Refusing, TimeProvider.System, CancellationToken.None);
        Say($"after a minute in which the destination answers 503");
        proxy.Rule = null;
        var took = await Stopwatch.TimeAsync(DeliveredAsync);
        Say($"after all are delivered, {count / took.TotalSeconds:0} a second");
        return true;

        void Say(string when) => Console.WriteLine($"{count} due: at most {service.PeakMemory >> 20} MiB {when}");

        async Task DeliveredAsync()
        {
            var pending = new ListObjectsV2Request { BucketName = bucket, Prefix = "schedules/2", MaxKeys = 1 };
            while ((await bench.S3.ListObjectsV2Async(pending)).KeyCount > 0)
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }
}
