namespace S3Scheduler.Api.Tests.Storage;

public sealed class TemporaryContentTests
{
    [Fact]
    public async Task A_process_that_is_killed_leaves_no_file_behind_as_it_has_no_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a file in use has a name.");
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);

        await using var content = await TemporaryContent.SpoolAsync(new ForwardOnlyStream(bytes), long.MaxValue, TestContext.Current.CancellationToken);

        File.Exists(content.ShouldBeOfType<FileStream>().Name).ShouldBeFalse();
        using var read = new MemoryStream();
        await content.CopyToAsync(read, TestContext.Current.CancellationToken);
        read.ToArray().ShouldBe(bytes);
    }
}
