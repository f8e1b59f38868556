using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One destination bucket that fails, among others that don't.</summary>
[Collection(EndToEndTests.Name)]
public sealed class OneBadBucketTests(S3Server server)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2.5); // a second of it for a sweep under way

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_to_a_missing_bucket_fails_alone_among_1000_and_a_retry_delivers_it_once_the_bucket_is_made()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var (destination, missing) = (await folder.DestinationAsync(), folder.Bucket + "-missing");
        await using var service = await folder.StartAsync(await folder.ProxyAsync(), ("Scheduler__SweepInterval", "01:00:00"));
        await Eventually.HoldsAsync("first sweep of the worker", () => Task.FromResult(folder.Log.Count(S3Operation.List) >= 1));
        var dueAt = await folder.NowAsync() - TimeSpan.FromSeconds(1);
        await folder.PutAsync("report.txt", dueAt, missing, "the report");
        await folder.PutAsync(1000, dueAt, destination);

        var (outcome, delivered, failed, _, _) = await service.Client.SweepAsync();

        (outcome, delivered, failed).ShouldBe(("swept", 1000, 1));
        (await folder.VersionsAsync(destination)).Count.ShouldBe(1000);
        var listed = await service.Client.GetFromJsonAsync<JsonNode>(new Uri("/schedules?status=failed", UriKind.Relative), Cancellation);
        var schedule = listed!["schedules"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)schedule["failure"]!["code"]).ShouldBe("NoSuchBucket");

        await folder.S3.PutBucketAsync(missing, Cancellation);
        try
        {
            var retry = new Uri($"/schedules/{Uri.EscapeDataString((string)schedule["key"]!)}/retry", UriKind.Relative);
            using var answer = await service.Client.PostAsync(retry, null, Cancellation);
            answer.EnsureSuccessStatusCode();

            await Eventually.HoldsAsync("delivery", async () => (await folder.VersionsAsync(missing)).Count == 1);
            using var arrived = await folder.S3.GetObjectAsync(missing, "report.txt", Cancellation);
            arrived.Headers.ContentType.ShouldBe("text/plain");
            arrived.Metadata["team"].ShouldBe("billing");
            using var reader = new StreamReader(arrived.ResponseStream);
            (await reader.ReadToEndAsync(Cancellation)).ShouldBe("the report");
            await Eventually.HoldsAsync("empty folder", async () => (await folder.PendingAsync()).Count == 0);
            (await folder.KeysAsync(".failed/")).ShouldBeEmpty();
        }
        finally
        {
            await folder.S3.DeleteObjectAsync(missing, "report.txt", CancellationToken.None);
            await folder.S3.DeleteBucketAsync(missing, CancellationToken.None);
        }
    }

    [Fact]
    public async Task While_one_bucket_answers_503_for_a_minute_the_others_get_theirs_in_time_and_it_gets_its_own_when_it_recovers()
    {
        const int Each = 60; // one a second
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var (good, slow) = (await folder.DestinationAsync(), await folder.DestinationAsync());
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy);
        proxy.SlowBucket = slow;

        var first = await folder.NowAsync() + TimeSpan.FromSeconds(4);
        var dueAt = Enumerable.Range(0, Each).ToDictionary(n => $"d{n}", n => first + TimeSpan.FromSeconds(n));
        foreach (var (key, time) in dueAt)
            foreach (var bucket in (string[])[good, slow])
                await service.Client.PostAsync(time, bucket, key, ScheduleForms.Content(Encoding.UTF8.GetBytes(key), "text/plain"));

        for (var n = 1; n <= Each; n++)
            await Eventually.HoldsAsync($"delivery {n} to the good bucket", async () => (await folder.VersionsAsync(good)).Count >= n);
        foreach (var version in await folder.VersionsAsync(good))
        {
            var time = dueAt[version.Key];
            new DateTimeOffset(version.LastModified!.Value.ToUniversalTime()).ShouldBeInRange(time, time + Tolerance, version.Key);
        }

        (await folder.VersionsAsync(slow)).ShouldBeEmpty();
        // As many tries as a backoff makes, not one a schedule and sweep.
        folder.Log.All.Count(e => e.Request.Bucket == slow).ShouldBeLessThan(5 * Each);

        proxy.SlowBucket = null;
        await Eventually.HoldsAsync("deliveries to the slow bucket", async () => (await folder.VersionsAsync(slow)).Count == Each);
        await Eventually.HoldsAsync("empty folder", async () => (await folder.PendingAsync()).Count == 0);
        (await folder.KeysAsync(".failed/")).ShouldBeEmpty();
        (await folder.VersionsAsync(slow)).Count.ShouldBe(Each);
    }
}
