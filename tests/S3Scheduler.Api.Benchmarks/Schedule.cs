using Amazon.S3.Model;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>How many schedules a second 32 clients post, and how many PUTs they get done.</summary>
internal static class Schedule
{
    private const int Clients = 32;
    private const int Rounds = 4; // in turn, because a machine is not equally fast all the time

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        var count = args is [var given] ? int.Parse(given, null) : 1500; // a round
        var (bucket, raw) = (await bench.Buckets.MakeAsync(), await bench.Buckets.MakeAsync());
        var service = await bench.StartAsync(bucket, null, Bench.NoWorker);
        var dueAt = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1);

        Task PutAsync(int number) => bench.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = raw,
            Key = $"d{number}",
            ContentBody = "x",
            UseChunkEncoding = false,
        });

        Task PostAsync(int number) => service.PostAsync(dueAt, raw, $"d{number}", new StringContent("x"));

        await RawLoop.RepeatAsync(500, Clients, PutAsync);
        await RawLoop.RepeatAsync(500, Clients, n => PostAsync(-n - 1));
        var (put, posted, cpu) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        for (var round = 0; round < Rounds; round++)
        {
            var first = round * count;
            put += await Stopwatch.TimeAsync(() => RawLoop.RepeatAsync(count, Clients, n => PutAsync(first + n)));
            var before = service.Cpu;
            posted += await Stopwatch.TimeAsync(() => RawLoop.RepeatAsync(count, Clients, n => PostAsync(first + n)));
            cpu += service.Cpu - before;
        }

        var all = Rounds * count;
        Console.WriteLine($"""
            {all} schedules, {Clients} clients
              raw loop   {all / put.TotalSeconds:0} PUT/s
              service    {all / posted.TotalSeconds:0} schedules/s, {cpu.TotalMilliseconds / all:0.00} ms CPU each
              ratio      {put / posted:0.00}
            """);
        return true;
    }
}
