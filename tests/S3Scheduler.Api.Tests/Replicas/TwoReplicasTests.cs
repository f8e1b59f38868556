namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Two processes on one folder, none of which fails.</summary>
[Collection(EndToEndTests.Name)]
public sealed class TwoReplicasTests(S3Server server)
{
    private const int Due = 5000;

    // The workers are to see nothing of what is put into the folder behind their backs.
    private static readonly (string, string) NoWorker = ("Scheduler__SweepInterval", "01:00:00");

    [Fact]
    public async Task Two_replicas_that_sweep_5000_due_schedules_together_write_every_destination_once_and_nobody_waits()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var one = await folder.StartAsync(await folder.ProxyAsync(), NoWorker);
        await using var other = await folder.StartAsync(await folder.ProxyAsync(), NoWorker);
        await Eventually.HoldsAsync("first sweep of both workers", () => Task.FromResult(folder.Log.Count(S3Operation.List) >= 2));
        await folder.SweepFirstAsync(one, destination);
        await folder.PutAsync(Due, await folder.NowAsync() - TimeSpan.FromSeconds(1), destination);

        var calls = Enumerable.Range(0, 20).Select(number => (number % 2 == 0 ? one : other).Client.SweepAsync());
        var answers = await Task.WhenAll(calls);

        var swept = answers.Where(a => a.Outcome == "swept").ShouldHaveSingleItem();
        swept.Delivered.ShouldBe(Due);
        answers.Count(a => a.Outcome == "busy").ShouldBe(19);
        answers.Where(a => a.Outcome == "busy").Max(a => a.Took).ShouldBeLessThan(swept.Took / 2);
        (await folder.PendingAsync()).ShouldBeEmpty();
        (await folder.LeaseAsync()).ShouldBe(LeaseState.Closed);

        var versions = await folder.VersionsAsync(destination);
        versions.Count.ShouldBe(Due + 1);
        versions.DistinctBy(v => v.Key).Count().ShouldBe(Due + 1);
        folder.Log.CopiesTo(destination).Values.Sum().ShouldBe(Due + 1);
    }
}
