namespace S3Scheduler.Api.Tests.Storage;

public sealed class TemporaryContentTests
{
    [Fact]
    public async Task The_file_has_no_name_so_a_killed_process_leaves_none_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows an open file has a name.");
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);

        await using var content = await TemporaryContent.SpoolAsync(
            new ForwardOnlyStream(bytes), long.MaxValue, TestContext.Current.CancellationToken);

        File.Exists(content.ShouldBeOfType<FileStream>().Name).ShouldBeFalse();
        using var read = new MemoryStream();
        await content.CopyToAsync(read, TestContext.Current.CancellationToken);
        read.ToArray().ShouldBe(bytes);
    }
}
