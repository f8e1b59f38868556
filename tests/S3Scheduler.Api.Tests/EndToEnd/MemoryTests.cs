namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>The service needs no more memory for big content than for small.</summary>
public sealed class MemoryTests(S3Server server) : EndToEndTest
{
    private const long Size = 256L << 20;
    private const long Limit = 200L << 20;

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
        await using var service = await ServiceProcess.StartAsync(Folder.Path, configuration);
        await using var bytes = new RandomContent(Size, seed: 20261121);
        using var content = new StreamContent(bytes);

        await service.Client.PostAsync(TimeProvider.System.GetUtcNow(), destination, "large.bin", content);
        await service.Client.NothingPendingAsync();

        TestContext.Current.TestOutputHelper!.WriteLine($"At most {service.PeakMemory >> 20} MiB were resident.");
        service.PeakMemory.ShouldBeLessThan(Limit);
    }
}
