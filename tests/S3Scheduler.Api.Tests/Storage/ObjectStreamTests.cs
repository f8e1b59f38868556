namespace S3Scheduler.Api.Tests.Storage;

public sealed class ObjectStreamTests
{
    private static readonly ObjectAddress Here = new("bucket", "here");

    private readonly MemoryStore _store = new(new ManualTime(), new ManualTime());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reading_a_whole_object_is_one_GET()
    {
        await using var content = await FindAsync(openImmediately: true);

        (await ReadAsync(content, 10)).ShouldBe("0123456789");
        (await content.ReadAsync(new byte[1], Cancellation)).ShouldBe(0);
        _store.Requests.Select(r => r.Operation).ShouldBe([StoreOperation.Get]);
    }

    [Fact]
    public async Task Finding_an_object_without_reading_it_is_one_HEAD()
    {
        await using var content = await FindAsync();

        content.Length.ShouldBe(10);
        content.Seek(0, SeekOrigin.End);
        (await content.ReadAsync(new byte[1], Cancellation)).ShouldBe(0);
        _store.Requests.Select(r => r.Operation).ShouldBe([StoreOperation.Head]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_after_a_seek_is_one_GET_from_the_new_position(bool openImmediately)
    {
        await using var content = await FindAsync(openImmediately);
        content.Seek(5, SeekOrigin.Begin);
        (await ReadAsync(content, 2)).ShouldBe("56");
        (await ReadAsync(content, 1)).ShouldBe("7");
        content.Seek(-6, SeekOrigin.Current);
        (await ReadAsync(content, 3)).ShouldBe("234");
        content.Seek(-1, SeekOrigin.End);
        (await ReadAsync(content, 1)).ShouldBe("9");
        content.Position = 0;
        content.Position = 10;
        content.Position = 0;
        (await ReadAsync(content, 10)).ShouldBe("0123456789");

        _store.Requests.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("9876543210")]
    [InlineData("another, longer one")]
    [InlineData("less")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Reading_fails_if_the_object_was_replaced_or_deleted(string? other)
    {
        await using var content = await FindAsync();
        content.Position = 4;
        if (other is null) await _store.DeleteAsync("bucket", [new DeleteTarget("here")], Cancellation);
        else _store.Seed(Here, other);

        var fault = await Should.ThrowAsync<StoreException>(() => ReadAsync(content, 1));
        (fault.Code, fault.IsTransient).ShouldBe(("Changed", true));
    }

    [Fact]
    public async Task A_missing_object_is_null()
    {
        (await ObjectStream.FindAsync(_store, Here, openImmediately: true, Cancellation)).ShouldBeNull();
        (await ObjectStream.FindAsync(_store, Here, openImmediately: false, Cancellation)).ShouldBeNull();
    }

    private async Task<ObjectStream> FindAsync(bool openImmediately = false)
    {
        _store.Seed(Here, "0123456789");
        return (await ObjectStream.FindAsync(_store, Here, openImmediately, Cancellation)).ShouldNotBeNull();
    }

    private static async Task<string> ReadAsync(Stream content, int count)
    {
        var bytes = new byte[count];
        await content.ReadExactlyAsync(bytes, Cancellation);
        return Encoding.UTF8.GetString(bytes);
    }
}
