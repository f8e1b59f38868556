using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>
/// What it costs to find one of very many deliveries, to page through all of them, and to remove them. They are stored
/// as 100 deliveries a second leave them: one batch for each second.
/// </summary>
internal static class Receipts
{
    private const int PerBatch = 100;
    private const int Finds = 200;
    private const int Clients = 32;
    private const int MostSweeps = 30;
    private const int Seed = 1;

    private static readonly TimeSpan Age = TimeSpan.FromDays(40); // they are kept for 30
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        var count = args is [var given] ? int.Parse(given, null) : 100_000;
        var (bucket, destination) = (await bench.Buckets.MakeAsync(), await bench.Buckets.MakeAsync());
        var log = new S3Log();
        var proxy = await bench.ProxyAsync(log);
        var keys = await StoreAsync(bench, bucket, destination, count);
        using var service = await bench.StartAsync(bucket, proxy.Url);
        await service.GetAsync("/schedules"); // to warm up
        Console.WriteLine($"{keys.Count} deliveries, {count / PerBatch} batches of receipts");

        var found = await FindAsync(service, log, keys);
        var read = await ReadAsync(service, log);
        Console.WriteLine($"  {read} of {keys.Count} in the list");
        var left = await RemoveAsync(bench, service, log, bucket, destination);
        return found && read == keys.Count && left == 0;
    }

    private static async Task<IReadOnlyList<ScheduleKey>> StoreAsync(
        Bench bench, string bucket, string destination, int count)
    {
        var random = new Random(Seed);
        var first = TimeProvider.System.GetUtcNow() - Age;
        var keys = new List<ScheduleKey>();
        var batches = new List<(ReceiptBatch Batch, string Lines)>();
        for (var second = 0; second < count / PerBatch; second++)
        {
            var delivered = Enumerable.Range(0, PerBatch).Select(n =>
            {
                var dueAt = DueTime.RoundUp(first + TimeSpan.FromSeconds(second + (double)n / PerBatch));
                var key = new ScheduleKey(dueAt, new Destination(destination, $"d{second}/{n}"));
                var deliveredAt = dueAt + TimeSpan.FromMilliseconds(50 + random.Next(200));
                return (key, new Receipt(key.ToString(), deliveredAt, 1, "\"9dd4e461268c8034f5c8564e155c67a6\""));
            }).ToList();
            keys.AddRange(delivered.Select(d => d.key));
            var now = delivered.Max(d => d.Item2.DeliveredAt);
            var lines = delivered.Select(d => JsonSerializer.Serialize(d.Item2, JsonSerializerOptions.Web));
            batches.Add((ReceiptBatch.Of(delivered, now, random), string.Join('\n', lines)));
        }

        await RawLoop.RepeatAsync(batches.Count, Clients, n => bench.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = bucket,
            Key = $"schedules/.delivered/{batches[n].Batch}",
            ContentBody = batches[n].Lines,
            UseChunkEncoding = false,
        }));
        return keys;
    }

    private static async Task<bool> FindAsync(ServiceUnderTest service, S3Log log, IReadOnlyList<ScheduleKey> keys)
    {
        var random = new Random(Seed);
        var took = new List<double>();
        var (lists, gets, before) = (0, 0, log.All.Count());
        var isDelivered = true;
        for (var n = 0; n < Finds; n++)
        {
            var key = keys[random.Next(keys.Count)];
            var path = $"/schedules/{Uri.EscapeDataString(key.ToString())}";
            var sent = log.All.Count();
            JsonNode? answer = null;
            var time = await Stopwatch.TimeAsync(async () => answer = await service.GetAsync(path));
            took.Add(time.TotalMilliseconds);
            isDelivered &= (string?)answer!["status"] == "delivered";
            var requests = log.All.Skip(sent).ToList();
            lists = Math.Max(lists, requests.Count(r => r.Request.Operation == S3Operation.List));
            gets = Math.Max(gets, requests.Count(r => r.Request.Operation == S3Operation.Get));
        }

        took.Sort();
        Print("find one", log, before, Finds);
        Console.WriteLine(
            $"    {took[Finds / 2]:0} ms in the median, {took[Finds * 99 / 100]:0} ms in 99 of 100; " +
            $"at most {lists} List and {gets} Get");
        return isDelivered && lists <= 1 && gets <= 2;
    }

    /// <returns>How many different ones the list has.</returns>
    private static async Task<int> ReadAsync(ServiceUnderTest service, S3Log log)
    {
        var all = new HashSet<string>();
        var (pages, before) = (0, log.All.Count());
        var took = await Stopwatch.TimeAsync(async () =>
        {
            for (string? next = ""; next is not null; pages++)
            {
                var after = next.Length > 0 ? $"&after={Uri.EscapeDataString(next)}" : "";
                var page = await service.GetAsync($"/schedules?status=delivered&limit=1000{after}");
                foreach (var schedule in page["schedules"]!.AsArray()) all.Add((string)schedule!["key"]!);
                next = (string?)page["next"];
            }
        });
        Print("a page of the list", log, before, pages);
        Console.WriteLine($"    {pages} pages, {took.TotalMilliseconds / pages:0} ms each");
        return all.Count;
    }

    /// <summary>The service removes old ones beside deliveries, and not before it has run for five minutes.</summary>
    /// <returns>How many old batches are left.</returns>
    private static async Task<int> RemoveAsync(
        Bench bench, ServiceUnderTest service, S3Log log, string bucket, string destination)
    {
        await Task.Delay(TimeSpan.FromMinutes(5.1), TimeProvider.System);
        var (before, deliveries, left) = (log.All.Count(), 0, -1);
        // What one sweep has no time for, the next one removes.
        while (left != 0 && deliveries < MostSweeps)
        {
            var now = TimeProvider.System.GetUtcNow();
            await service.PostAsync(now, destination, $"new{deliveries++}", new StringContent("x"));
            await Task.Delay(Pause, TimeProvider.System);
            left = await CountOldAsync(bench, bucket);
        }

        Print("remove all", log, before, 1);
        Console.WriteLine($"    in the sweeps of {deliveries} deliveries; {left} batches are left");
        return left;
    }

    private static async Task<int> CountOldAsync(Bench bench, string bucket)
    {
        const string prefix = "schedules/.delivered/";
        var yesterday = prefix + DueTime.Write(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1));
        var count = 0;
        var all = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        await foreach (var listed in bench.S3.Paginators.ListObjectsV2(all).S3Objects)
            if (string.CompareOrdinal(listed.Key, yesterday) < 0) count++;
        return count;
    }

    private static void Print(string what, S3Log log, int before, int each)
    {
        var kinds = log.All.Skip(before).CountBy(e => e.Request.Operation).OrderBy(k => k.Key)
            .Select(k => $"{(double)k.Value / each:0.0} {k.Key}");
        Console.WriteLine($"  {what}: {string.Join(", ", kinds)}");
    }
}
