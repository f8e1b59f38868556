namespace S3Scheduler.Api.Benchmarks;

/// <summary>How many schedules a second 32 clients post with the local store, and how many are delivered.</summary>
internal static class Local
{
    private const int Clients = 32;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        var count = args is [var given] ? int.Parse(given, null) : 10_000;
        var folder = Directory.CreateTempSubdirectory("local-");
        try
        {
            var service = await bench.StartAsync(
                "scheduler", null, ("Scheduler__Storage", "Local"), ("Scheduler__LocalPath", folder.FullName),
                ("Scheduler__RequestsPerSecond", "1000000"));
            // All are posted before they are due.
            var dueAt = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(20 + count / 150.0);
            Task PostAsync(int number) => service.PostAsync(dueAt, "reports", $"d{number}", new StringContent("x"));

            await RawLoop.RepeatAsync(500, Clients, PostAsync);
            var before = service.Cpu;
            var posted = await Stopwatch.TimeAsync(() => RawLoop.RepeatAsync(count, Clients, n => PostAsync(n + 500)));
            var between = service.Cpu;
            await Task.Delay(dueAt - TimeProvider.System.GetUtcNow(), TimeProvider.System);
            var arrived = Path.Combine(folder.FullName, "reports");
            var took = await Stopwatch.TimeAsync(async () =>
            {
                while (!Directory.Exists(arrived) || Directory.EnumerateFiles(arrived).Count() < count + 500)
                    await Task.Delay(Look, TimeProvider.System);
            });

            var (post, delivery) = ((between - before) / count, (service.Cpu - between) / (count + 500));
            Console.WriteLine($"""
                {count} schedules in a directory, {Clients} clients
                  {count / posted.TotalSeconds:0} schedules/s, {post.TotalMilliseconds:0.00} ms CPU each
                  {(count + 500) / took.TotalSeconds:0} deliveries/s, {delivery.TotalMilliseconds:0.00} ms CPU each
                """);
            service.Dispose(); // it would write on
            return true;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
