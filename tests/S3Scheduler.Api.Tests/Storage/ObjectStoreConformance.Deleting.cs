namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    [Fact]
    public async Task A_deleted_object_is_gone()
    {
        await PutAsync("content");
        await PutAsync("other");

        (await DeleteAsync("content")).Failed.ShouldBeEmpty();

        (await Store.HeadAsync(At("content"), Cancellation)).ShouldBeNull();
        (await Store.GetAsync(At("content"), Cancellation)).ShouldBeNull();
        (await KeysAsync()).ShouldBe(["other"]);
    }

    [Fact]
    public async Task A_deleted_key_can_be_put_again_if_absent()
    {
        await PutAsync("content", "first", attributes: AllAttributes);
        await DeleteAsync("content");

        (await PutAsync("content", "second", PutCondition.IfAbsent)).Stored.ShouldBeTrue();

        (await ReadAsync("content")).ShouldBe("second");
        (await HeadAsync("content")).Attributes.Metadata.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_missing_object_counts_as_deleted()
    {
        await PutAsync("folder/content");

        (await DeleteAsync("missing", "no/such/folder/content", "folder", "folder/content/below"))
            .Failed.ShouldBeEmpty();

        (await KeysAsync()).ShouldBe(["folder/content"]);
    }

    [Fact]
    public async Task One_call_deletes_a_thousand_keys_even_if_some_are_missing()
    {
        var there = Enumerable.Range(0, 100).Select(n => $"batch/{n * 10:D4}").ToList();
        await Parallel.ForEachAsync(there, Cancellation, async (key, _) => await PutAsync(key));
        await PutAsync("batch/1000");

        var result = await DeleteAsync(Enumerable.Range(0, 1000).Select(n => $"batch/{n:D4}"));

        result.Failed.ShouldBeEmpty();
        (await KeysAsync()).ShouldBe(["batch/1000"]);
    }

    [Fact]
    public async Task An_object_is_deleted_if_its_ETag_matches()
    {
        await PutAsync("content");
        var head = await HeadAsync("content");

        var result = await Store.DeleteAsync(Bucket, [new DeleteTarget("content", head.ETag)], Cancellation);

        result.Failed.ShouldBeEmpty();
        (await KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task If_the_ETag_differs_the_object_stays_and_is_reported_unless_the_server_ignores_it()
    {
        await PutAsync("content", "first");
        var old = await HeadAsync("content");
        await PutAsync("content", "second");
        await PutAsync("other");

        var result = await Store.DeleteAsync(
            Bucket, [new DeleteTarget("content", old.ETag), new DeleteTarget("other")], Cancellation);

        string[] kept = result.Failed.Count == 0 ? [] : ["content"];
        result.Failed.Keys.ShouldBe(kept);
        (await KeysAsync()).ShouldBe(kept);
    }
}
