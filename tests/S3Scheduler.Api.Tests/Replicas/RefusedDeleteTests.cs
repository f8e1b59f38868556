namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>The store takes copies and refuses deletes.</summary>
public sealed class RefusedDeleteTests(S3Server server)
{
    private static readonly (string Key, string Value) EverySecond = ("Scheduler__SweepInterval", "00:00:01");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_schedule_that_may_not_be_deleted_is_delivered_once_and_other_destinations_go_on(bool consumes)
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy, EverySecond);
        await folder.SweepFirstAsync(service, destination);

        proxy.Rule = Fault.Refused(403, "AccessDenied").To(r => r.Operation == S3Operation.Delete);
        var start = await folder.NowAsync();
        for (var number = 0; number < 6; number++)
        {
            var due = start + TimeSpan.FromSeconds(2 * number + 3);
            await service.Client.PostAsync(due, destination, $"d{number}", ScheduleForms.Content($"{number}"));
        }

        for (var number = 0; number < 6; number++)
        {
            var key = $"d{number}";
            await Eventually.HoldsAsync($"delivery of {key}", async () =>
                (await folder.VersionsAsync(destination)).Any(v => v.Key == key));
            // The consumer takes what has arrived: then the destination does not show that it was delivered.
            if (consumes) await folder.S3.DeleteObjectAsync(destination, key, Cancellation);
        }

        await ListedAgainAsync(folder, times: 5);
        Copies(folder, destination).ShouldBe(["d0", "d1", "d2", "d3", "d4", "d5", "first"]);
        (await folder.PendingAsync()).Count.ShouldBe(6);

        proxy.Rule = null;
        await folder.NothingPendingAsync();
        Copies(folder, destination).ShouldBe(["d0", "d1", "d2", "d3", "d4", "d5", "first"]);
    }

    [Fact]
    public async Task What_is_due_at_once_and_may_not_be_deleted_is_delivered_once_though_it_is_consumed()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy, EverySecond);
        await folder.SweepFirstAsync(service, destination);
        proxy.Rule = Fault.Refused(403, "AccessDenied").To(r => r.Operation == S3Operation.Delete);

        await service.Client.PostAsync(await folder.NowAsync(), destination, "now", ScheduleForms.Content("now"));
        await Eventually.HoldsAsync("delivery", async () =>
            (await folder.VersionsAsync(destination)).Any(v => v.Key == "now"));
        await folder.S3.DeleteObjectAsync(destination, "now", Cancellation);

        await ListedAgainAsync(folder, times: 10);
        Copies(folder, destination).ShouldBe(["first", "now"]);
        proxy.Rule = null;
        await folder.NothingPendingAsync();
        Copies(folder, destination).ShouldBe(["first", "now"]);
    }

    [Fact]
    public async Task Where_a_batch_of_deletes_is_refused_single_ones_are_used()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        proxy.Rule = Fault.Refused(400, "MissingContentMD5").To(r => r is { Method: "POST", Kind: "delete" });
        await using var service = await folder.StartAsync(proxy, EverySecond);
        var start = await folder.NowAsync();
        for (var number = 0; number < 4; number++)
        {
            var due = start + TimeSpan.FromSeconds(2 * number + 3);
            await service.Client.PostAsync(due, destination, "same", ScheduleForms.Content($"{number}"));
        }

        await folder.NothingPendingAsync();
        await ListedAgainAsync(folder, times: 2);
        Copies(folder, destination).ShouldBe(["same", "same", "same", "same"]);
        using var last = await folder.S3.GetObjectAsync(destination, "same", Cancellation);
        (await last.TextAsync()).ShouldBe("3");
    }

    private static Task ListedAgainAsync(ReplicatedFolder folder, int times)
    {
        var before = folder.Log.Count(S3Operation.List);
        return Eventually.HoldsAsync("sweeps", () => folder.Log.Count(S3Operation.List) >= before + times);
    }

    private static IEnumerable<string> Copies(ReplicatedFolder folder, string bucket) => folder.Log.All
        .Where(e => e.Wrote(S3Operation.Copy) && e.Request.Bucket == bucket)
        .Select(e => e.Key).Order(StringComparer.Ordinal);
}
