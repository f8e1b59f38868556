using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>In the folder where the Python library stored its schedules.</summary>
public sealed class PythonScheduleTests(S3Server server) : EndToEndTest
{
    [Fact]
    public async Task Every_key_of_the_library_arrives_from_a_real_server_where_the_library_would_have_delivered_it()
    {
        const int More = 1_100;
        var (bucket, destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        using var s3 = server.NewClient();
        using var store = new S3ObjectStore(
            server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        // Already due on any clock, and to a bucket that exists.
        string Here(string text) => text.Replace("path/|2026-", "path/|2020-").Replace("|reports|", $"|{destination}|");
        var golden = PythonLibrary.GoldenKeys
            .Where(g => g is { Path: "/path", Bucket: "reports", Delivered.After.Year: 2026 })
            // Without a destination key the library delivers to the schedule's own, which is that of a schedule there.
            .Where(g => g.Delivered!.Key != g.Key)
            .DistinctBy(g => g.Delivered!.Key)
            .ToDictionary(g => Here(g.Key), g => g.Delivered!.Key.Replace(g.Key, Here(g.Key)));
        golden.Count.ShouldBeGreaterThan(50);
        var keys = Enumerable.Range(0, More).Select(n =>
            PythonLibrary.Key("/path", new DateTime(2020, 1, 1), null, destination, $"more/100% + é {n}"));
        await Parallel.ForEachAsync(golden.Keys.Concat(keys), Cancellation, async (key, _) =>
            await PutAsync(store, new ObjectAddress(bucket, key), golden.GetValueOrDefault(key, "more")));

        await using var service = await ServiceProcess.StartAsync(
            Folder.Path,
            [
                .. ServiceOnS3.Configuration(server, bucket), ("Scheduler__Folder", "/path"),
                ("Scheduler__PythonSchedules", "true"),
            ]);

        await Eventually.HoldsAsync("empty folder", async () =>
            (await store.ListAsync(bucket, "/path/|", "", 1, Cancellation)).Objects.Count == 0);
        var arrived = new ListObjectsV2Request { BucketName = destination, Prefix = "more/100% + é " };
        (await s3.Paginators.ListObjectsV2(arrived).S3Objects.CountAsync(Cancellation)).ShouldBe(More);
        foreach (var key in golden.Values)
        {
            await using var delivered = await store.GetAsync(new ObjectAddress(destination, key), Cancellation);
            using var reader = new StreamReader(delivered.ShouldNotBeNull(key).Content);
            (await reader.ReadToEndAsync(Cancellation)).ShouldBe(key);
        }
    }

    [Fact]
    public async Task Among_the_services_own_schedules_it_arrives_once_it_is_due_and_never_before()
    {
        var now = TimeProvider.System.GetUtcNow();
        var dueAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)) + TimeSpan.FromSeconds(5);
        var offset = TimeSpan.FromHours(-5);
        var store = new LocalObjectStore(Folder["data"], TimeProvider.System);
        var key = PythonLibrary.Key(
            "schedules", dueAt.ToOffset(offset).DateTime, offset, "reports", "2026/daily.json");
        await PutAsync(store, new ObjectAddress("scheduler", key), "python");
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, ServiceProcess.LongInterval, ("Scheduler__PythonSchedules", "true"));
        using var own = ScheduleForms.Content("own");
        await service.Client.PostAsync(dueAt + TimeSpan.FromHours(1), "reports", "2026/daily.json", own);

        var delivered = Folder["data/reports/2026/daily.json"];
        await Eventually.HoldsAsync("delivery", () => File.Exists(delivered));

        new DateTimeOffset(File.GetLastWriteTimeUtc(delivered)).ShouldBeGreaterThanOrEqualTo(dueAt);
        (await File.ReadAllTextAsync(delivered, Cancellation)).ShouldBe("python");
        (await service.Client.PendingAsync()).Count.ShouldBe(1);
    }

    private static async Task PutAsync(IObjectStore store, ObjectAddress target, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await store.PutAsync(target, content, new(), PutCondition.None, Cancellation);
    }
}
