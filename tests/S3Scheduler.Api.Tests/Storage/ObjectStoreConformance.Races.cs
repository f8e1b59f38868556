namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    private const int Writers = 8;

    [Fact]
    public async Task If_absent_stores_the_first_and_keeps_it()
    {
        (await PutAsync("content", "first", PutCondition.IfAbsent)).Stored.ShouldBeTrue();
        var before = await HeadAsync("content");

        (await PutAsync("content", "second", PutCondition.IfAbsent)).Stored.ShouldBeFalse();
        (await PutAsync("content", "first", PutCondition.IfAbsent)).Stored.ShouldBeFalse();

        (await ReadAsync("content")).ShouldBe("first");
        (await HeadAsync("content")).ShouldBeSameObject(before);
    }

    [Fact]
    public async Task If_absent_works_when_the_content_cannot_seek()
    {
        await PutAsync("content", "first");
        await using var stream = new ForwardOnlyStream(new byte[6_000_000]);

        (await Store.PutAsync(At("content"), stream, NoAttributes, PutCondition.IfAbsent, Cancellation))
            .Stored.ShouldBeFalse();

        (await ReadAsync("content")).ShouldBe("first");
    }

    [Fact]
    public async Task Exactly_one_of_eight_racing_writers_stores()
    {
        for (var round = 0; round < 200; round++)
        {
            var key = $"race/{round}";
            var results = await Task.WhenAll(Enumerable.Range(0, Writers).Select(
                writer => Task.Run(() => PutAsync(key, $"{writer}", PutCondition.IfAbsent), Cancellation)));

            var winners = Enumerable.Range(0, Writers).Where(writer => results[writer].Stored);
            winners.ShouldHaveSingleItem($"round {round}");
            (await ReadAsync(key)).ShouldBe($"{winners.Single()}", $"round {round}");
        }
    }

    [Fact]
    public async Task While_writers_race_readers_see_complete_contents_with_matching_attributes()
    {
        const int rounds = 40;
        await PutVersionAsync(0);
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < rounds; round++) await PutVersionAsync(writer * rounds + round);
        })));
        var reads = 0;

        do
        {
            await using var stored = (await Store.GetAsync(At("content"), Cancellation)).ShouldNotBeNull();
            using var bytes = new MemoryStream();
            await stored.Content.CopyToAsync(bytes, Cancellation);
            var version = int.Parse(stored.Info.Attributes.Metadata["version"], null);
            stored.Info.Size.ShouldBe(bytes.Length);
            bytes.ToArray().AsSpan().SequenceEqual(Version(version)).ShouldBeTrue();
            (await KeysAsync()).ShouldBe(["content"]);
            reads++;
        }
        while (!writing.IsCompleted);

        await writing;
        reads.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Readers_see_a_put_or_a_deletion_as_soon_as_it_is_acknowledged()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"{round}";
            await PutAsync(key, key);
            (await KeysAsync(key)).ShouldContain(key);
            (await ReadAsync(key)).ShouldBe(key);
            await DeleteAsync(key);
            (await KeysAsync(key)).ShouldNotContain(key);
        }
    }

    private Task<PutResult> PutVersionAsync(int version)
    {
        var metadata = new Dictionary<string, string> { ["version"] = $"{version}" };
        return PutAsync("content", Version(version), attributes: NoAttributes with { Metadata = metadata });
    }

    // Lengths repeat, so the size alone does not identify a version.
    private static byte[] Version(int version)
    {
        var content = new byte[100_000 + version % 3];
        Array.Fill(content, (byte)version);
        return content;
    }
}
