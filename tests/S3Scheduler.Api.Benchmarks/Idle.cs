namespace S3Scheduler.Api.Benchmarks;

/// <summary>What a sweep costs when nothing is due, with more and more pending.</summary>
internal static class Idle
{
    private const int Looks = 100;

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        foreach (var pending in (int[])[0, 20_000, 100_000])
        {
            var bucket = await bench.Buckets.MakeAsync();
            var tomorrow = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1);
            await bench.SeedAsync(bucket, [bucket + "-none"], pending, n => tomorrow + TimeSpan.FromMilliseconds(n));
            var log = new S3Log();
            var proxy = await bench.ProxyAsync(log);
            using var client = bench.Client(proxy.Url);
            using var service = await bench.StartAsync(bucket, proxy.Url, Bench.NoWorker);
            Console.WriteLine($"{pending} pending, nothing due");
            var (raw, ours) = (new Cost("raw LIST"), new Cost("service"));
            for (var n = -20; n < Looks; n++)
            {
                if (n == 0) (raw, ours) = (new Cost("raw LIST"), new Cost("service")); // all before was to warm up
                await raw.AddAsync(log, () => client.ListObjectsV2Async(new()
                {
                    BucketName = bucket,
                    Prefix = "schedules/",
                    StartAfter = "schedules/.sweep/",
                    MaxKeys = 2,
                }));
                await ours.AddAsync(log, service.SweepAsync);
            }

            raw.Print();
            ours.Print();
        }

        return true;
    }

    private sealed class Cost(string who)
    {
        private readonly List<double> _took = [];
        private int _requests;
        private int _bytes;

        public async Task AddAsync(S3Log log, Func<Task> look)
        {
            var before = log.All.Count();
            _took.Add((await Stopwatch.TimeAsync(look)).TotalMilliseconds);
            var sent = log.All.Skip(before).ToList();
            _requests += sent.Count;
            _bytes += sent.Sum(e => e.Bytes);
        }

        public void Print()
        {
            _took.Sort();
            Console.WriteLine(
                $"  {who,-10} {_took[Looks / 2]:0.0} ms in the median, {_took[Looks * 9 / 10]:0.0} ms in 9 of 10, " +
                $"{(double)_requests / Looks:0.0} requests, {_bytes / Looks} bytes");
        }
    }
}
