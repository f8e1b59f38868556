using System.Net;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>The store goes away, or the service is told to.</summary>
[Collection(EndToEndTests.Name)]
public sealed class OutageTests(S3Server server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_starts_without_its_store_says_so_once_and_goes_on_by_itself_when_the_store_is_there()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await proxy.DownAsync();
        await using var service = await folder.StartAsync(proxy);

        (await StatusAsync(service, "/health/live")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(service, "/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("PT1S"), "delay" }, { new StringContent(destination), "bucket" },
            { new StringContent("k"), "key" }, { new StringContent("content"), "content" },
        };
        using (var refused = await service.Client.PostAsync(new Uri("/schedules", UriKind.Relative), form, Cancellation))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        }

        // Reachable, but nothing gets through: each try of the worker's is seen.
        proxy.IsBroken = true;
        await proxy.UpAsync();
        await Eventually.HoldsAsync("third try", () => Task.FromResult(folder.Log.Count(NetworkFault.Dropped) >= 3));
        proxy.IsBroken = false;

        await Eventually.HoldsAsync("ready service", async () => await StatusAsync(service, "/health/ready") == HttpStatusCode.OK);
        var content = ScheduleForms.Content(Encoding.UTF8.GetBytes("content"), "text/plain");
        await service.Client.PostAsync(await folder.NowAsync(), destination, "k", content);
        await Eventually.HoldsAsync("delivery", async () => (await folder.VersionsAsync(destination)).Count == 1);
        await Eventually.HoldsAsync("word of it", () => Task.FromResult(Regex.Count(service.Output, "The store is back") == 1));
        Regex.Count(service.Output, "A sweep ended early").ShouldBe(1);
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("POST /sweeps")]
    public async Task SIGTERM_in_the_middle_of_a_sweep_closes_the_lease_and_ends_in_time_and_nothing_is_delivered_twice(string sweeper)
    {
        const int Due = 1500;
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        var isWorker = sweeper == "worker";
        await using var stopped = await folder.StartAsync(proxy, ("Scheduler__SweepInterval", isWorker ? "00:00:01" : "01:00:00"));
        await Eventually.HoldsAsync("first sweep of the worker", () => Task.FromResult(folder.Log.Count(S3Operation.List) >= 1));
        await folder.SweepFirstAsync(stopped, destination);
        var dueAt = await folder.NowAsync() + (isWorker ? TimeSpan.FromSeconds(6) : TimeSpan.FromSeconds(-1));
        await folder.PutAsync(Due, dueAt, destination);

        var call = isWorker ? null : stopped.Client.PostAsync(new Uri("/sweeps", UriKind.Relative), null, Cancellation);
        await Eventually.HoldsAsync("sweep under way", () => Task.FromResult(folder.Log.Count(S3Operation.Copy) >= 200));
        var asked = TimeProvider.System.GetTimestamp();
        (await stopped.StopAsync()).ShouldBe(0);
        TimeProvider.System.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        if (call is not null) using (await call) { }

        (await folder.PendingAsync()).Count.ShouldBeInRange(1, Due - 1);
        (await folder.LeaseAsync()).ShouldBe(LeaseState.Closed);

        await using var next = await folder.StartAsync(proxy);
        await Eventually.HoldsAsync("empty folder", async () => (await folder.PendingAsync()).Count == 0);
        var versions = await folder.VersionsAsync(destination);
        versions.Count.ShouldBe(Due + 1);
        versions.DistinctBy(v => v.Key).Count().ShouldBe(Due + 1);
    }

    private static async Task<HttpStatusCode> StatusAsync(ServiceProcess service, string path)
    {
        using var response = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return response.StatusCode;
    }
}
