namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Two processes on one folder, without faults.</summary>
public sealed class TwoReplicasTests(S3Server server)
{
    private const int Due = 2000;

    [Fact]
    public async Task Two_replicas_that_sweep_2000_due_schedules_together_write_every_destination_once_without_waiting()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var one = await folder.StartAsync(await folder.ProxyAsync(), ServiceProcess.LongInterval);
        await using var other = await folder.StartAsync(await folder.ProxyAsync(), ServiceProcess.LongInterval);
        await folder.WorkersStartedAsync(2);
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

        await folder.ShouldHoldOnceAsync(destination, Due + 1);
        folder.Log.CopiesTo(destination).ShouldBe(Due + 1);
    }
}
