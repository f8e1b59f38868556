using System.Net;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>The store is out of reach, or the service is told to stop.</summary>
public sealed class OutageTests(S3Server server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_starts_without_its_store_logs_that_once_and_works_as_soon_as_the_store_is_there()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await proxy.DownAsync();
        await using var service = await folder.StartAsync(proxy);

        (await StatusAsync(service, "/health/live")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(service, "/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        using var form = ScheduleForms.Form(("delay", "PT1S"), destination, "k", ScheduleForms.Content("content"));
        using (var refused = await service.Client.PostAsync(ScheduleForms.Schedules, form, Cancellation))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        }

        // The proxy listens and drops every request, so each of the worker's attempts is in its log.
        proxy.IsBroken = true;
        await proxy.UpAsync();
        await Eventually.HoldsAsync("third attempt", () => folder.Log.Count(NetworkFault.Dropped) >= 3);
        proxy.IsBroken = false;

        await Eventually.HoldsAsync("ready service", async () =>
            await StatusAsync(service, "/health/ready") == HttpStatusCode.OK);
        await service.Client.PostAsync(await folder.NowAsync(), destination, "k", ScheduleForms.Content("content"));
        await Eventually.HoldsAsync("delivery", async () => (await folder.VersionsAsync(destination)).Count == 1);
        await Eventually.HoldsAsync("log line", () => Regex.Count(service.Output, "The store is back") == 1);
        Regex.Count(service.Output, "A sweep ended early").ShouldBe(1);
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("POST /sweeps")]
    public async Task SIGTERM_in_the_middle_of_a_sweep_closes_the_lease_and_nothing_is_delivered_twice(string sweeper)
    {
        const int Due = 1500;
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        var isWorker = sweeper == "worker";
        await using var stopped = await folder.StartAsync(
            proxy, isWorker ? ("Scheduler__SweepInterval", "00:00:01") : ServiceProcess.LongInterval);
        await folder.WorkersStartedAsync();
        await folder.SweepFirstAsync(stopped, destination);
        var dueAt = await folder.NowAsync() + (isWorker ? TimeSpan.FromSeconds(6) : TimeSpan.FromSeconds(-1));
        await folder.PutAsync(Due, dueAt, destination);

        var call = isWorker ? null : stopped.Client.PostAsync(new Uri("/sweeps", UriKind.Relative), null, Cancellation);
        await Eventually.HoldsAsync("sweep under way", () => folder.Log.Count(S3Operation.Copy) >= 200);
        // If it took too long, the host would break off the request, or exit and leave the lease open.
        (await stopped.StopAsync()).ShouldBe(0);
        if (call is not null) using (await call) { }

        (await folder.PendingAsync()).Count.ShouldBeInRange(1, Due - 1);
        (await folder.LeaseAsync()).ShouldBe(LeaseState.Closed);

        await using var next = await folder.StartAsync(proxy);
        await folder.NothingPendingAsync();
        await folder.ShouldHoldOnceAsync(destination, Due + 1);
    }

    private static async Task<HttpStatusCode> StatusAsync(ServiceProcess service, string path)
    {
        using var response = await service.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return response.StatusCode;
    }
}
