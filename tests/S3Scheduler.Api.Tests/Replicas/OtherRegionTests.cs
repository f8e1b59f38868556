namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>The destination is in another region than the bucket of the schedules.</summary>
public sealed class OtherRegionTests(S3Server server)
{
    private const string Region = "eu-west-1";

    [Fact]
    public async Task A_bucket_in_another_region_gets_each_delivery_once_even_if_the_answer_to_a_copy_is_lost()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        var elsewhere = Fault.Elsewhere(301, "PermanentRedirect", Region, null)
            .To(request => request.Bucket == destination && request.Region != Region);
        var lost = Fault.Unanswered
            .To(request => request.Bucket == destination && request.Operation == S3Operation.Copy).Once();
        proxy.Rule = elsewhere.Or(lost);
        await using var service = await folder.StartAsync(proxy, ("Scheduler__SweepInterval", "00:00:01"));
        await folder.WorkersStartedAsync();

        await folder.PutAsync(3, await folder.NowAsync() - TimeSpan.FromSeconds(1), destination);

        await folder.NothingPendingAsync();
        await folder.ShouldHoldOnceAsync(destination, 3);
        (await folder.KeysAsync(".failed/")).ShouldBeEmpty();
        folder.Log.All.ShouldContain(e => e.Request.Operation == S3Operation.Head && e.Request.Bucket == destination
            && e.Request.Region == Region && e.Status == 200);
    }
}
