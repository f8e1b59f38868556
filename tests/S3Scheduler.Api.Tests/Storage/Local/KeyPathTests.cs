using FsCheck;
using FsCheck.Fluent;
using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Storage.Local;

public sealed class KeyPathTests
{
    private static readonly string[] Pieces =
    [
        "/", "/", "/", ".", "..", "%", "%2F", "%2f", "%%", "\\", ":", "|", "*", "CON", ".txt", " ",
        "~", "a", "A", "é", "日", "🎉", "\0", "\n", "\u007f", "\u0085", "\u202e", "\ue000", "\ufffd", "\ufffe", "\uffff",
        new string('x', 199), new string('.', 201), new string(' ', 200), new string('日', 70),
    ];

    private static readonly Gen<string> Keys = Gen.Elements(Pieces).NonEmptyListOf().Select(string.Concat);

    [Theory]
    [InlineData("2026/11/daily report.json", "2026/11/daily report.json")]
    [InlineData("2026-11-21T19:05:00.000Z|reports|a~~b", "2026-11-21T19:05:00.000Z|reports|a~~b")]
    [InlineData("日本語/🎉", "日本語/🎉")]
    [InlineData(".hidden/...", ".hidden/...")]
    [InlineData("../a", "%2E%2E/a")]
    [InlineData("./a", "%2E/a")]
    [InlineData("/a//b/", "%/a/%/b/%")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("\ufffd", "%EF%BF%BD")]
    public void Names_stay_readable_and_special_characters_are_escaped(string key, string path)
    {
        KeyPath.FromKey(key).ShouldBe(path);
        KeyPath.ToKey(path).ShouldBe(key);
    }

    [Fact]
    public void A_long_segment_is_split_into_folders() =>
        KeyPath.FromKey($"a/{new string('x', 450)}/b")
            .ShouldBe($"a/{new string('x', 200)}%/{new string('x', 200)}%/{new string('x', 50)}/b");

    public static TheoryData<string> NotPaths =>
        ["a%2fb", "%61", "100%", "a%/b", "%25%", "a%zz", "a%attributes", "broken\ufffdname", "%FF"];

    [Theory]
    [MemberData(nameof(NotPaths))]
    public void A_path_that_belongs_to_no_key_is_null(string path) => KeyPath.ToKey(path).ShouldBeNull();

    [Fact]
    public void Every_key_round_trips() =>
        AnyKey.Check(Keys, key => KeyPath.ToKey(KeyPath.FromKey(key)).ShouldBe(key));

    [Fact]
    public void No_two_keys_share_a_path() => AnyKey.Check(Keys.Two(), pair =>
        (KeyPath.FromKey(pair.Item1) == KeyPath.FromKey(pair.Item2)).ShouldBe(pair.Item1 == pair.Item2));

    [Fact]
    public void No_path_leaves_its_folder_or_has_a_name_too_long() => AnyKey.Check(Keys, key =>
    {
        var path = KeyPath.FromKey(key);
        Path.GetFullPath(path, "/data/bucket").ShouldBe($"/data/bucket/{path}");
        foreach (var name in path.Split('/'))
        {
            Encoding.UTF8.GetByteCount(name).ShouldBeInRange(1, 220);
            name.ShouldNotBe(".");
            name.ShouldNotBe("..");
        }
    });

    [Fact]
    public void A_plain_name_equals_its_segment() => AnyKey.Check(Keys, key =>
    {
        if (!key.Contains('/') && KeyPath.IsPlain(key)) KeyPath.FromKey(key).ShouldBe(key);
    });

    [Fact]
    public void ByteOrder_is_the_order_of_UTF8_bytes() => AnyKey.Check(Keys.Two(), pair =>
    {
        var bytes = Encoding.UTF8.GetBytes(pair.Item1).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(pair.Item2));
        Math.Sign(ByteOrder.Instance.Compare(pair.Item1, pair.Item2)).ShouldBe(Math.Sign(bytes));
    });
}
