using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One destination bucket fails, and the others work.</summary>
public sealed class OneBadBucketTests(S3Server server)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2.5); // the sweep before may take a second of it

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_to_a_missing_bucket_fails_alone_among_1000_and_a_retry_delivers_it_to_the_new_bucket()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var (destination, missing) = (await folder.DestinationAsync(), folder.Bucket + "-missing");
        await using var service = await folder.StartAsync(await folder.ProxyAsync(), ServiceProcess.LongInterval);
        await folder.WorkersStartedAsync();
        var dueAt = await folder.NowAsync() - TimeSpan.FromSeconds(1);
        await folder.PutAsync("report.txt", dueAt, missing, "the report");
        await folder.PutAsync(1000, dueAt, destination);

        var (outcome, delivered, failed, _, _) = await service.Client.SweepAsync();

        (outcome, delivered, failed).ShouldBe(("swept", 1000, 1));
        (await folder.VersionsAsync(destination)).Count.ShouldBe(1000);
        var listFailed = new Uri("/schedules?status=failed", UriKind.Relative);
        var listed = await service.Client.GetFromJsonAsync<JsonNode>(listFailed, Cancellation);
        var schedule = listed!["schedules"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)schedule["failure"]!["code"]).ShouldBe("NoSuchBucket");

        await folder.S3.PutBucketAsync(missing, Cancellation);
        try
        {
            var key = Uri.EscapeDataString((string)schedule["key"]!);
            var retry = new Uri($"/schedules/{key}/retry", UriKind.Relative);
            using var answer = await service.Client.PostAsync(retry, null, Cancellation);
            answer.EnsureSuccessStatusCode();

            await Eventually.HoldsAsync("delivery", async () => (await folder.VersionsAsync(missing)).Count == 1);
            using var arrived = await folder.S3.GetObjectAsync(missing, "report.txt", Cancellation);
            (arrived.Headers.ContentType, arrived.Metadata["team"]).ShouldBe(("text/plain", "billing"));
            (await arrived.TextAsync()).ShouldBe("the report");
            await folder.NothingPendingAsync();
            (await folder.KeysAsync(".failed/")).ShouldBeEmpty();
        }
        finally
        {
            await folder.S3.DeleteObjectAsync(missing, "report.txt", CancellationToken.None);
            await folder.S3.DeleteBucketAsync(missing, CancellationToken.None);
        }
    }

    [Fact]
    public async Task While_one_bucket_answers_503_for_a_minute_others_are_served_in_time_and_later_it_is_served_too()
    {
        const int Each = 60; // one a second
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var (good, slow) = (await folder.DestinationAsync(), await folder.DestinationAsync());
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy);
        proxy.Rule = Fault.Refused(503, "SlowDown").To(request => request.Bucket == slow);

        var first = await folder.NowAsync() + TimeSpan.FromSeconds(4);
        var dueAt = Enumerable.Range(0, Each).ToDictionary(n => $"d{n}", n => first + TimeSpan.FromSeconds(n));
        foreach (var (key, time) in dueAt)
            foreach (var bucket in (string[])[good, slow])
                await service.Client.PostAsync(time, bucket, key, ScheduleForms.Content(key));

        for (var n = 1; n <= Each; n++)
            await Eventually.HoldsAsync($"delivery {n} to the good bucket", async () =>
                (await folder.VersionsAsync(good)).Count >= n);
        var late = (await folder.VersionsAsync(good)).Select(v => v.At - dueAt[v.Key]).Order().ToList();
        late[0].ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        // The median: a busy machine may delay some, but waiting for the slow bucket would delay most of them.
        late[Each / 2].ShouldBeLessThanOrEqualTo(Tolerance);

        (await folder.VersionsAsync(slow)).ShouldBeEmpty();
        // With a backoff there are few attempts, not one for each schedule in each sweep.
        folder.Log.All.Count(e => e.Request.Bucket == slow).ShouldBeLessThan(5 * Each);

        proxy.Rule = null;
        await Eventually.HoldsAsync("deliveries to the slow bucket", async () =>
            (await folder.VersionsAsync(slow)).Count == Each);
        await folder.NothingPendingAsync();
        (await folder.KeysAsync(".failed/")).ShouldBeEmpty();
        (await folder.VersionsAsync(slow)).Count.ShouldBe(Each);
    }
}
