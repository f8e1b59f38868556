namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    private static readonly ObjectAttributes Csv = new()
    {
        ContentType = "text/csv",
        CacheControl = "no-cache",
        Metadata = new Dictionary<string, string> { ["team"] = "billing" },
    };

    [Theory]
    [InlineData(1), InlineData(11_000_000)]
    public async Task Staged_content_is_stored_with_its_own_attributes_and_stays_where_it_is(int size)
    {
        var bytes = RandomBytes(size);
        await PutAsync("staged", bytes);
        var staged = new StagedContent(Store, At("staged"), size);

        (await PutStagedAsync(staged)).Stored.ShouldBeTrue();

        (await ReadBytesAsync("target")).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (await HeadAsync("target")).Attributes.IsSameAs(Csv).ShouldBeTrue();
        (await ReadBytesAsync("staged")).Length.ShouldBe(size);
    }

    [Fact]
    public async Task Staged_content_does_not_replace_an_object_that_is_there_already()
    {
        await PutAsync("target", "first");
        await PutAsync("staged", "second");

        (await PutStagedAsync(new StagedContent(Store, At("staged"), 6))).Stored.ShouldBeFalse();

        (await ReadAsync("target")).ShouldBe("first");
    }

    [Fact]
    public async Task Staged_content_that_is_gone_is_a_fault_that_can_pass_and_nothing_is_stored()
    {
        var fault = await Should.ThrowAsync<StoreException>(
            () => PutStagedAsync(new StagedContent(Store, At("staged"), 6)));

        fault.IsTransient.ShouldBeTrue();
        (await KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Staged_content_can_be_read_from_anywhere_again_and_again()
    {
        var bytes = RandomBytes(300_000);
        await PutAsync("staged", bytes);
        await using var staged = new StagedContent(Store, At("staged"), bytes.Length);

        for (var i = 0; i < 20; i++)
        {
            var from = Random.Next(bytes.Length + 1);
            var length = Random.Next(bytes.Length - from + 1);
            var read = new byte[length];
            staged.Seek(from, SeekOrigin.Begin);
            await staged.ReadExactlyAsync(read, Cancellation);
            read.AsSpan().SequenceEqual(bytes.AsSpan(from, length)).ShouldBeTrue($"{from}, {length}");
            staged.Position.ShouldBe(from + length);
        }

        staged.Seek(0, SeekOrigin.End);
        (await staged.ReadAsync(new byte[1], Cancellation)).ShouldBe(0);
    }

    [Fact]
    public async Task Staged_content_is_deleted_when_it_is_disposed_and_nothing_else()
    {
        await PutAsync("staged");
        await PutAsync("staged2");

        await new StagedContent(Store, At("staged"), 7).DisposeAsync();
        await new StagedContent(Store, At("staged"), 7).DisposeAsync();

        (await KeysAsync()).ShouldBe(["staged2"]);
    }

    private Task<PutResult> PutStagedAsync(StagedContent staged) =>
        Store.PutAsync(At("target"), staged, Csv, PutCondition.IfAbsent, Cancellation);
}
