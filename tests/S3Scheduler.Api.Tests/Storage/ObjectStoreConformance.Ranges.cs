namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    [Theory]
    [InlineData(0, "0123456789")]
    [InlineData(1, "123456789")]
    [InlineData(9, "9")]
    public async Task Content_is_read_from_an_offset_and_what_is_told_is_of_all_of_it(long offset, string rest)
    {
        await PutAsync("content", "0123456789", attributes: AllAttributes);

        await using var stored = (await Store.GetAsync(At("content"), offset, Cancellation)).ShouldNotBeNull();

        (await new StreamReader(stored.Content, Encoding.UTF8).ReadToEndAsync(Cancellation)).ShouldBe(rest);
        stored.Info.ShouldBeSameObject(await HeadAsync("content"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(5L << 40)]
    public async Task An_offset_that_is_not_inside_the_content_is_a_permanent_fault(long offset)
    {
        await PutAsync("content", "0123456789");
        await PutAsync("empty", "");

        foreach (var key in new[] { "content", "empty" })
        {
            var fault = await Should.ThrowAsync<StoreException>(() => Store.GetAsync(At(key), offset, Cancellation));
            (fault.Code, fault.IsTransient).ShouldBe((StoreException.InvalidRange, false));
        }

        (await Store.GetAsync(At("missing"), offset, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_big_content_that_is_read_a_little_of_is_given_back()
    {
        var content = new byte[7_000_001];
        Random.NextBytes(content);
        await PutAsync("content", content);
        foreach (var offset in new[] { 5_000_000, 1, 6_999_990 })
        {
            await using var stored = (await Store.GetAsync(At("content"), offset, Cancellation)).ShouldNotBeNull();
            var some = new byte[10];
            await stored.Content.ReadExactlyAsync(some, Cancellation);
            some.ShouldBe(content[offset..(offset + 10)]);
        }
    }
}
