namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    [Fact]
    public async Task A_copy_has_the_content_and_all_attributes()
    {
        var content = RandomBytes(2_000_000);
        await PutAsync("source", content, attributes: AllAttributes);

        (await CopyAsync("source", "folder/target")).ShouldBe(CopyOutcome.Copied);

        (await ReadBytesAsync("folder/target")).AsSpan().SequenceEqual(content).ShouldBeTrue();
        (await HeadAsync("folder/target")).Attributes.ShouldBeSameAttributes(AllAttributes);
        (await ReadBytesAsync("source")).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task A_copy_goes_to_another_bucket()
    {
        var other = await EmptyBucketAsync();
        other.ShouldNotBe(Bucket);
        await PutAsync("content", "here", attributes: AllAttributes);

        (await Store.CopyAsync(At("content"), "here".Length, new ObjectAddress(other, "content"), Cancellation))
            .ShouldBe(CopyOutcome.Copied);

        var copied = await Store.HeadAsync(new ObjectAddress(other, "content"), Cancellation);
        copied.ShouldNotBeNull().Attributes.ShouldBeSameAttributes(AllAttributes);
        (await Store.ListAsync(other, "", "", 10, Cancellation)).Objects.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_copy_overwrites_content_and_attributes()
    {
        await PutAsync("source", "new", attributes: AllAttributes);
        await PutAsync("target", "old and longer", attributes: NoAttributes with { ContentType = "text/old" });

        (await CopyAsync("source", "target")).ShouldBe(CopyOutcome.Copied);

        (await ReadAsync("target")).ShouldBe("new");
        (await HeadAsync("target")).Attributes.ShouldBeSameAttributes(AllAttributes);
    }

    [Fact]
    public async Task Copying_a_missing_object_says_so_and_keeps_the_target()
    {
        await PutAsync("target", "old");

        (await CopyAsync("missing", "target")).ShouldBe(CopyOutcome.SourceMissing);
        (await CopyAsync("missing", "other")).ShouldBe(CopyOutcome.SourceMissing);

        (await ReadAsync("target")).ShouldBe("old");
        (await KeysAsync()).ShouldBe(["target"]);
    }

    [Fact]
    public async Task An_empty_object_is_copied()
    {
        await PutAsync("source", "");

        (await CopyAsync("source", "target")).ShouldBe(CopyOutcome.Copied);

        (await ReadAsync("target")).ShouldBeEmpty();
    }

    // A missing object may have had any size when it was listed.
    private async Task<CopyOutcome> CopyAsync(string source, string target)
    {
        var size = (await Store.HeadAsync(At(source), Cancellation))?.Size ?? 10_000_000;
        return await Store.CopyAsync(At(source), size, At(target), Cancellation);
    }
}
