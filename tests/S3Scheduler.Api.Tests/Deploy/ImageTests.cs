using S3Scheduler.Api.Tests.Replicas;

namespace S3Scheduler.Api.Tests.Deploy;

public sealed class ImageTests(PublishedImage image, S3Server server) : EndToEndTest, IClassFixture<PublishedImage>
{
    private const long LargestImage = 130_000_000;
    private const long Upload = 100_000_000;

    // Docker kills after 10 seconds. A busy machine takes longer, but not as long as without the image's setting.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);

    // The container listens on all addresses, so it must know who may call.
    private static readonly (string, string)[] Anyone =
        [("Authentication__Anonymous", "true"), ("Scheduler__Destinations__0", "*")];

    [Fact]
    public void Its_files_have_less_than_130_MB()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"{image.Size:N0} bytes");
        image.Size.ShouldBeInRange(1, LargestImage);
    }

    [Fact]
    public async Task Without_rights_it_takes_100_MB_for_a_directory_and_leaves_nothing_else_on_its_disk()
    {
        await TakeAsync("reports");
        Folder.Files("reports").ShouldContain("large.bin");
        Directory.EnumerateFiles(Folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_rights_it_takes_100_MB_for_S3_and_leaves_nothing_on_its_disk()
    {
        await TakeAsync(await server.EmptyBucketAsync(), OnS3(server.Url, await server.EmptyBucketAsync()));
        Directory.EnumerateFileSystemEntries(Folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_ends_within_10_seconds_of_SIGTERM_although_an_upload_and_a_delivery_hang()
    {
        var (bucket, destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        var copying = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var proxy = new FaultyProxy(server.Url, new Replicas.S3Log())
        {
            Rule = Fault.Hanging.To(IsDelivery),
            OnRequest = request => { if (IsDelivery(request)) copying.TrySetResult(); },
        };
        await proxy.UpAsync();
        await using var service = await image.StartAsync(Folder.Path, OnS3(proxy.Url, bucket));
        using var content = ScheduleForms.Content("due");
        var due = await service.Client.PostAsync(TimeProvider.System.GetUtcNow(), destination, "due", content);
        await copying.Task.WaitAsync(Cancellation);
        using var upload = await SlowUpload.StartAsync(service);

        var asked = TimeProvider.System.GetTimestamp();
        await service.StopAsync();
        var took = TimeProvider.System.GetElapsedTime(asked);

        TestContext.Current.TestOutputHelper!.WriteLine($"It took {took.TotalSeconds:N1} s.");
        took.ShouldBeLessThan(LongestStop);
        using var client = server.NewClient();
        await client.GetObjectMetadataAsync(bucket, $"schedules/{due["key"]}", Cancellation); // not lost

        bool IsDelivery(S3Request request) => request.Operation == S3Operation.Copy && request.Bucket == destination;
    }

    [Fact]
    public async Task Killed_it_leaves_no_file_of_the_runtime_behind()
    {
        await using var service = await image.StartAsync(Folder.Path, Anyone);
        await service.KillAsync();
        Directory.EnumerateFiles(Folder.Path).ShouldBeEmpty();
    }

    private async Task TakeAsync(string destination, params (string Key, string Value)[] store)
    {
        await using var service = await image.StartAsync(Folder.Path, [.. Anyone, .. store]);
        await using var bytes = new RandomContent(Upload, seed: 20261128);
        using var content = new StreamContent(bytes);

        var schedule = await service.Client.PostAsync(
            TimeProvider.System.GetUtcNow(), destination, "large.bin", content);
        ((long)schedule["size"]!).ShouldBe(Upload);
        await service.Client.NothingPendingAsync();

        (await service.StopAsync()).ShouldBe(0, service.Output);
    }

    private static (string Key, string Value)[] OnS3(string url, string bucket) =>
    [
        .. Anyone, .. ServiceOnS3.Configuration(url, bucket),
        .. ((string[])["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            .Select(name => (name, Environment.GetEnvironmentVariable(name)!)),
    ];
}
