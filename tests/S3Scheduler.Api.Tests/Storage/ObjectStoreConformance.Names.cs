namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    private static readonly string PrintableAscii =
        string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c));

    private static readonly string[] OddNames =
    [
        ".", "..", "...", "a/.", "a/..", "a/../b", "./x", "../x", "../../x", "/../x", "a/./b",
        "/", "//", "a//b", "/leading", "//leading", "trailing/", "trailing//", ".hidden", "..hidden", "a/.hidden",
        " ", " leading", "trailing ", "trailing /x", "dot.", "dot./x", "a b+c", "+", "&", "a=b?c#d", "<\"'>",
        "%", "%%", "%2F", "a%2Fb", "%252F", "%2e%2e/x", "%zz", "a%", "a%/b", "%/b",
        "~", "~~", "~2F", "|", "a|b", "a:b", "*",
        "\\", "a\\b", "..\\x", "C:\\x", "CON", "con.txt", "x/NUL", "COM1.log", "Thumbs.db", ".store/tmp/x",
        "é", "e\u0301", "日本語/報告.json", "🎉", "a🎉b/🎉", "\ufffd", "\u00a0", "\u200b", "~\ud83d\ude00|%",
        PrintableAscii,
        new string('x', 900), new string('%', 900), new string('日', 300),
        string.Concat(Enumerable.Repeat("🎉", 225)), new string('.', 900),
        $"a/{new string('x', 600)}/{new string(' ', 400)}",
        new string('x', 1024), string.Concat(Enumerable.Repeat("a/", 511)) + "ab",
        "2026-11-21T19:05:00.000Z|reports|2026~~november~~daily.json",
    ];

    public static TheoryData<string> Names => [.. OddNames];

    [Theory]
    [MemberData(nameof(Names), MemberType = typeof(ObjectStoreConformance))]
    public async Task Every_call_uses_a_name_literally(string key)
    {
        (await PutAsync(key, "first", PutCondition.IfAbsent)).Stored.ShouldBeTrue();
        (await PutAsync(key, "second", PutCondition.IfAbsent)).Stored.ShouldBeFalse();
        (await HeadAsync(key)).Size.ShouldBe("first".Length);
        (await ReadAsync(key)).ShouldBe("first");
        (await KeysAsync()).ShouldBe([key]);
        (await KeysAsync(prefix: key)).ShouldBe([key]);
        (await KeysAsync(startAfter: key)).ShouldBeEmpty();

        var other = await EmptyBucketAsync();
        var moved = new ObjectAddress(other, key);
        (await Store.CopyAsync(At(key), "first".Length, moved, Cancellation)).ShouldBe(CopyOutcome.Copied);
        (await DeleteAsync(key)).Failed.ShouldBeEmpty();
        (await KeysAsync()).ShouldBeEmpty();
        (await Store.ListAsync(other, "", "", 10, Cancellation)).Objects.Select(listed => listed.Key).ShouldBe([key]);

        (await Store.CopyAsync(moved, "first".Length, At("back"), Cancellation)).ShouldBe(CopyOutcome.Copied);
        (await ReadAsync("back")).ShouldBe("first");
    }

    [Fact]
    public async Task Similar_names_are_different_objects()
    {
        // Without names that are folders of others, because a directory cannot hold both.
        var keys = OddNames.Where(key => !OddNames.Any(other => IsFolderOf(key, other))).ToList();
        foreach (var key in keys) (await PutAsync(key, key, PutCondition.IfAbsent)).Stored.ShouldBeTrue(key);

        (await KeysAsync()).ShouldBe(keys.Order(InBytes));
        foreach (var key in keys) (await ReadAsync(key)).ShouldBe(key);

        (await DeleteAsync(keys)).Failed.ShouldBeEmpty();
        (await KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_are_different_objects()
    {
        await PutAsync("Name", "upper");
        await PutAsync("name", "lower");

        (await ReadAsync("name")).ShouldBe("lower");
        (await ReadAsync("Name")).ShouldBe("upper");
    }

    [Theory]
    [InlineData("a", 1025)]
    [InlineData("日", 342)]
    public async Task A_key_of_more_than_1024_bytes_is_a_permanent_fault(string character, int count)
    {
        var key = string.Concat(Enumerable.Repeat(character, count));

        (await Should.ThrowAsync<StoreException>(() => PutAsync(key))).IsTransient.ShouldBeFalse();

        (await KeysAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".store")]
    [InlineData("a/../../b")]
    [InlineData("Upper Case")]
    [InlineData("")]
    public async Task An_invalid_bucket_name_is_a_permanent_fault(string bucket)
    {
        var fault = await Should.ThrowAsync<StoreException>(() => Store.PutAsync(
            new ObjectAddress(bucket, "x"), new MemoryStream(), NoAttributes, PutCondition.None, Cancellation));

        fault.IsTransient.ShouldBeFalse();
        (await KeysAsync()).ShouldBeEmpty();
    }

    private static bool IsFolderOf(string key, string other) =>
        other.Length > key.Length && other.StartsWith($"{key}/", StringComparison.Ordinal);
}
