namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Sweeps with a time of their own, as a Lambda function makes them.</summary>
[Collection(EndToEndTests.Name)]
public sealed class BudgetTests(S3Server server)
{
    private const int Due = 5000;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_sweep_whose_time_is_over_closes_its_lease_and_the_next_ones_deliver_the_rest_once()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var service = await folder.StartAsync(
            await folder.ProxyAsync(), ("AWS_LAMBDA_FUNCTION_NAME", "scheduler"), ("Scheduler__SweepBudget", $"{Budget}"));
        await folder.PutAsync(Due, await folder.NowAsync() - TimeSpan.FromSeconds(1), destination);

        var first = await service.Client.SweepAsync();
        first.Remaining.ShouldBeTrue();
        first.Took.ShouldBeLessThan(Budget + TimeSpan.FromSeconds(8));
        (await folder.LeaseAsync()).ShouldBe(LeaseState.Closed);

        var delivered = first.Delivered;
        for (var remaining = true; remaining;)
        {
            var next = await service.Client.SweepAsync();
            (remaining, delivered) = (next.Remaining, delivered + next.Delivered);
            if (remaining) next.Delivered.ShouldBeGreaterThan(0);
        }

        delivered.ShouldBe(Due);
        (await folder.PendingAsync()).ShouldBeEmpty();
        var versions = await folder.VersionsAsync(destination);
        (versions.Count, versions.DistinctBy(v => v.Key).Count()).ShouldBe((Due, Due));
    }

    [Fact]
    public async Task A_long_sweep_delivers_what_falls_due_while_it_lasts()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var service = await folder.StartAsync(await folder.ProxyAsync(), ("AWS_LAMBDA_FUNCTION_NAME", "scheduler"));
        var now = await folder.NowAsync();
        for (var number = 0; number < 4; number++)
            await folder.PutAsync($"d{number}", now + TimeSpan.FromSeconds(2 * number), destination, $"content {number}");

        var swept = await service.Client.SweepAsync("?for=PT10S");

        (swept.Outcome, swept.Delivered, swept.Remaining).ShouldBe(("swept", 4, false));
        swept.Took.ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(18));
        foreach (var (version, number) in (await folder.VersionsAsync(destination)).Select((version, number) => (version, number)))
        {
            var late = new DateTimeOffset(version.LastModified!.Value.ToUniversalTime()) - (now + TimeSpan.FromSeconds(2 * number));
            late.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(4));
        }
    }
}
