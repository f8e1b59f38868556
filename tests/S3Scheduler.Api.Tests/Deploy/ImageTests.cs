using System.Net;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>The program of the image, run as the image runs it, on a file system that can't be written to.</summary>
public sealed class ImageTests(S3Server server, ImageTests.Program program)
    : EndToEndTest, IClassFixture<ImageTests.Program>
{
    private const long Megabyte = 1_000_000;

    [Fact]
    public void It_adds_less_than_130_MB_to_its_base() =>
        new DirectoryInfo(program.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
            .ShouldBeLessThan(130 * Megabyte);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_takes_100_MB_and_stops_in_10_seconds_with_nothing_set_but_the_store(bool isOnS3)
    {
        (string, string)[] store = isOnS3 ? ServiceOnS3.Configuration(server, await server.EmptyBucketAsync()) : [];
        var data = Directory.CreateDirectory(Folder["data"]).FullName;
        await using var service = await ServiceProcess.StartReadOnlyAsync(program.Folder, data, store);

        await using var bytes = new RandomContent(100 * Megabyte, seed: 20261128);
        using var content = new StreamContent(bytes);
        using var form = ScheduleForms.Form(("delay", "PT1H"), "reports", "big", content);
        using var answer = await service.Client.PostAsync(ScheduleForms.Schedules, form, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, service.Output);

        var began = TimeProvider.System.GetTimestamp();
        (await service.StopAsync()).ShouldBe(0, service.Output);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        if (isOnS3) Directory.EnumerateFileSystemEntries(data).ShouldBeEmpty(); // nothing is left in TMPDIR
    }

    /// <summary>Built once.</summary>
    public sealed class Program : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();

        public string Folder { get; private set; } = "";

        public async ValueTask InitializeAsync() => Folder = await Image.BuildAsync(_folder.Path);

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
