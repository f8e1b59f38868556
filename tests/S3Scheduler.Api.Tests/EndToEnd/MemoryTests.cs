namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>However much is posted and delivered, the service's memory stays the same.</summary>
[Collection(EndToEndTests.Name)]
public sealed class MemoryTests(S3Server server) : IDisposable
{
    private const long Size = 256L << 20;
    private const long Limit = 200L << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Large_content_does_not_pass_through_memory_on_its_way_to_a_directory() => MeasureAsync("reports");

    [Fact]
    public async Task Large_content_does_not_pass_through_memory_on_its_way_to_S3()
    {
        var bucket = await server.EmptyBucketAsync();
        await MeasureAsync(await server.EmptyBucketAsync(), ServiceOnS3.Configuration(server, bucket));
    }

    private async Task MeasureAsync(string destination, params (string Key, string Value)[] configuration)
    {
        Assert.SkipUnless(ServiceProcess.ShowsMemory, "There is no /proc.");
        await using var service = await ServiceProcess.StartAsync(_folder.Path, configuration);
        await using var bytes = new RandomContent(Size, seed: 20261121);
        using var content = new StreamContent(bytes);

        await service.Client.PostAsync(DateTimeOffset.UnixEpoch, destination, "large.bin", content); // due already: at once
        await Eventually.HoldsAsync("delivery", async () => (await service.Client.PendingAsync()).Count == 0);

        TestContext.Current.TestOutputHelper!.WriteLine($"At most {service.PeakMemory >> 20} MiB were resident.");
        service.PeakMemory.ShouldBeLessThan(Limit);
    }
}
