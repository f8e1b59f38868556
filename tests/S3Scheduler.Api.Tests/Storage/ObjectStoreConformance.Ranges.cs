namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    [Theory]
    [InlineData(0, "0123456789")]
    [InlineData(1, "123456789")]
    [InlineData(9, "9")]
    public async Task Content_is_read_from_an_offset_and_its_info_is_that_of_the_whole_object(long offset, string rest)
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
    public async Task An_offset_outside_the_content_is_a_permanent_fault(long offset)
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
    public async Task A_large_object_can_be_closed_after_reading_a_few_bytes()
    {
        var content = RandomBytes(7_000_001);
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
