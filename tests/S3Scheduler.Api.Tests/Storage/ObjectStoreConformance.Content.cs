namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_537)]
    [InlineData(7_000_001)]
    public async Task Content_comes_back_byte_for_byte(int size)
    {
        var content = RandomBytes(size);

        (await PutAsync("content", content)).Stored.ShouldBeTrue();

        (await ReadBytesAsync("content")).AsSpan().SequenceEqual(content).ShouldBeTrue();
        (await HeadAsync("content")).Size.ShouldBe(size);
        (await ListAsync()).Objects.Single().Size.ShouldBe(size);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6_000_001)]
    public async Task Content_that_cannot_seek_is_read_to_its_end(int size)
    {
        var content = RandomBytes(size);
        await using var stream = new ForwardOnlyStream(content);

        (await Store.PutAsync(At("content"), stream, NoAttributes, PutCondition.IfAbsent, Cancellation))
            .Stored.ShouldBeTrue();

        (await ReadBytesAsync("content")).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task Content_is_read_from_the_streams_present_position()
    {
        using var stream = new MemoryStream("0123456789"u8.ToArray());
        stream.Position = 4;

        await Store.PutAsync(At("content"), stream, NoAttributes, PutCondition.None, Cancellation);

        (await ReadAsync("content")).ShouldBe("456789");
    }

    [Theory]
    [InlineData(PutCondition.None, 0)]
    [InlineData(PutCondition.None, 100_000)]
    [InlineData(PutCondition.None, 6_000_000)]
    [InlineData(PutCondition.IfAbsent, 0)]
    [InlineData(PutCondition.IfAbsent, 100_000)]
    [InlineData(PutCondition.IfAbsent, 6_000_000)]
    public async Task An_exception_from_the_content_is_thrown_and_nothing_is_stored(PutCondition condition, int after)
    {
        var broken = new InvalidDataException("The client went away.");
        await using var stream = new ForwardOnlyStream(new byte[after], broken);

        var thrown = await Should.ThrowAsync<InvalidDataException>(
            () => Store.PutAsync(At("content"), stream, NoAttributes, condition, Cancellation));

        thrown.ShouldBeSameAs(broken);
        (await Store.HeadAsync(At("content"), Cancellation)).ShouldBeNull();
        (await KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_overwrite_keeps_the_old_object()
    {
        await PutAsync("content", "old", attributes: NoAttributes with { ContentType = "text/old" });
        var before = await HeadAsync("content");
        await using var stream = new ForwardOnlyStream(new byte[100_000], new InvalidDataException());

        await Should.ThrowAsync<InvalidDataException>(() => Store.PutAsync(
            At("content"), stream, NoAttributes with { ContentType = "text/new" }, PutCondition.None, Cancellation));

        (await ReadAsync("content")).ShouldBe("old");
        (await HeadAsync("content")).ShouldBeSameObject(before);
    }

    [Fact]
    public async Task An_overwrite_replaces_the_content()
    {
        await PutAsync("content", "a longer first one");

        (await PutAsync("content", "second")).Stored.ShouldBeTrue();

        (await ReadAsync("content")).ShouldBe("second");
    }

    [Fact]
    public async Task A_missing_object_is_null()
    {
        await PutAsync("folder/content");

        foreach (var key in new[] { "missing", "folder", "folder/", "folder/content/", "folder/content/below" })
        {
            (await Store.HeadAsync(At(key), Cancellation)).ShouldBeNull(key);
            (await Store.GetAsync(At(key), Cancellation)).ShouldBeNull(key);
        }
    }

    [Fact]
    public async Task An_object_that_is_being_read_can_be_overwritten_and_deleted()
    {
        var first = RandomBytes(3_000_000);
        await PutAsync("content", first);
        await using var stored = (await Store.GetAsync(At("content"), Cancellation)).ShouldNotBeNull();
        var head = new byte[10];
        await stored.Content.ReadExactlyAsync(head, Cancellation);

        (await PutAsync("content", "second")).Stored.ShouldBeTrue();
        (await DeleteAsync("content")).Failed.ShouldBeEmpty();

        head.ShouldBe(first[..10]);
        (await Store.HeadAsync(At("content"), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_missing_bucket_is_created_or_is_a_permanent_fault()
    {
        var missing = new ObjectAddress($"{Bucket}-missing", "content");
        await PutAsync("content");
        Func<Task>[] calls =
        [
            () => Store.ListAsync(missing.Bucket, "", "", 10, Cancellation),
            () => Store.CopyAsync(At("content"), "content".Length, missing, Cancellation),
            () => Store.PutAsync(missing, new MemoryStream(), NoAttributes, PutCondition.IfAbsent, Cancellation),
        ];

        foreach (var call in calls)
        {
            var fault = CreatesBuckets ? null : await Should.ThrowAsync<StoreException>(call);
            if (fault is null) await call();
            else (fault.Code, fault.IsTransient).ShouldBe((StoreException.NoSuchBucket, false));
        }
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_stores_nothing()
    {
        await PutAsync("there");
        var off = new CancellationToken(canceled: true);
        Func<Task>[] calls =
        [
            () => Store.PutAsync(At("content"), new MemoryStream(), NoAttributes, PutCondition.None, off),
            () => Store.CopyAsync(At("there"), "content".Length, At("content"), off),
            () => Store.DeleteAsync(Bucket, [new DeleteTarget("there")], off),
            () => Store.HeadAsync(At("there"), off),
            () => Store.GetAsync(At("there"), off),
            () => Store.ListAsync(Bucket, "", "", 10, off),
        ];

        foreach (var call in calls) await Should.ThrowAsync<OperationCanceledException>(call);
        (await KeysAsync()).ShouldBe(["there"]);
    }
}
