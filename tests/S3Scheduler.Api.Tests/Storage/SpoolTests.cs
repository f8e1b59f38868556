namespace S3Scheduler.Api.Tests.Storage;

public sealed class SpoolTests
{
    private const int Size = 100_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_file_has_no_name_so_a_killed_process_leaves_none_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows an open file has a name.");
        var bytes = new byte[Size];
        new Random(1).NextBytes(bytes);

        await using var content = await SpoolAsync(new Spool(), bytes);

        File.Exists(content.ShouldBeAssignableTo<FileStream>()!.Name).ShouldBeFalse();
        using var read = new MemoryStream();
        await content.CopyToAsync(read, Cancellation);
        read.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task All_files_together_have_at_most_the_given_bytes_and_closed_ones_make_room()
    {
        var spool = new Spool(maxBytes: 2 * Size);
        var first = await SpoolAsync(spool, new byte[Size]);
        await using var second = await SpoolAsync(spool, new byte[Size]);
        await Should.ThrowAsync<SpoolException>(() => SpoolAsync(spool, new byte[Size]));
        await using (var small = await SpoolAsync(spool, new byte[10])) small.Length.ShouldBe(10); // in memory

        await first.DisposeAsync();
        await first.DisposeAsync();
        await using var third = await SpoolAsync(spool, new byte[Size]);
        await Should.ThrowAsync<SpoolException>(() => SpoolAsync(spool, new byte[Size]));
    }

    [Fact]
    public async Task Content_that_breaks_off_makes_room_again()
    {
        var spool = new Spool(maxBytes: Size);
        for (var i = 0; i < 3; i++)
            await Should.ThrowAsync<IOException>(() => spool.ReadAsync(
                new ForwardOnlyStream(new byte[Size], new IOException("It broke off.")), long.MaxValue, Cancellation));
        await using var whole = await SpoolAsync(spool, new byte[Size]);
    }

    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/sys")] // even root can't create a file there
    public async Task A_folder_that_is_missing_or_not_writable_is_said_by_its_name(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /sys.");
        var spool = new Spool(folder);
        (await Should.ThrowAsync<StartupException>(() => spool.TryAsync(Cancellation)))
            .Message.ShouldContain($"in {folder} until");
        await Should.ThrowAsync<SpoolException>(() => SpoolAsync(spool, new byte[Size]));
    }

    [Fact]
    public async Task A_folder_without_room_is_no_reason_not_to_start()
    {
        (await new Spool(maxBytes: 1).TryAsync(Cancellation)).ShouldBeFalse();
        (await new Spool().TryAsync(Cancellation)).ShouldBeTrue();
    }

    private static Task<Stream> SpoolAsync(Spool spool, byte[] bytes) =>
        spool.ReadAsync(new ForwardOnlyStream(bytes), long.MaxValue, Cancellation);
}
