using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Storage.Local;

public sealed class KeyPathTests
{
    private static readonly Config FixedSeed = Config.QuickThrowOnFailure
        .WithMaxTest(2_000)
        .WithReplay(new Replay(new Rnd(20261121, 1), FSharpOption<int>.None));

    private static readonly string[] Pieces =
    [
        "/", "/", "/", ".", "..", "%", "%2F", "%2f", "%%", "\\", ":", "|", "*", "CON", "nul", "COM1", "LPT¹", ".txt", " ",
        "~", "a", "A", "é", "日", "🎉", "\0", "\n", "\u007f", "\u0085", "\u202e", "\ue000", "\ufffd", "\ufffe", "\uffff",
        new string('x', 199), new string('.', 201), new string(' ', 200), new string('日', 70),
    ];

    private static readonly Arbitrary<string> Keys =
        Gen.Elements(Pieces).NonEmptyListOf().Select(string.Concat).ToArbitrary();

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
    public void Names_stay_readable_and_what_is_special_is_escaped(string key, string path)
    {
        KeyPath.Posix.FromKey(key).ShouldBe(path);
        KeyPath.Posix.ToKey(path).ShouldBe(key);
    }

    [Theory]
    [InlineData("a:b|c", "a%3Ab%7Cc")]
    [InlineData("a\\b", "a%5Cb")]
    [InlineData("end.", "end%2E")]
    [InlineData("..", ".%2E")]
    [InlineData("end /x", "end%20/x")]
    [InlineData("con", "%63on")]
    [InlineData("aux.tar.gz", "%61ux.tar.gz")]
    [InlineData("console", "console")]
    public void On_Windows_what_it_can_not_name_is_escaped_too(string key, string path)
    {
        KeyPath.Windows.FromKey(key).ShouldBe(path);
        KeyPath.Windows.ToKey(path).ShouldBe(key);
    }

    [Fact]
    public void A_long_segment_goes_on_in_folders()
        => KeyPath.Posix.FromKey($"a/{new string('x', 450)}/b")
            .ShouldBe($"a/{new string('x', 200)}%/{new string('x', 200)}%/{new string('x', 50)}/b");

    [Theory]
    [InlineData("a%2fb")]
    [InlineData("%61")]
    [InlineData("100%")]
    [InlineData("a%/b")]
    [InlineData("%25%")]
    [InlineData("a%zz")]
    [InlineData("a%attributes")]
    [InlineData("broken\ufffdname")]
    [InlineData("%FF")]
    public void A_path_that_no_key_has_is_no_key(string path) => KeyPath.Posix.ToKey(path).ShouldBeNull();

    [Fact]
    public void Every_key_round_trips() => Prop.ForAll(Keys, key =>
    {
        KeyPath.Posix.ToKey(KeyPath.Posix.FromKey(key)).ShouldBe(key);
        KeyPath.Windows.ToKey(KeyPath.Windows.FromKey(key)).ShouldBe(key);
    }).Check(FixedSeed);

    [Fact]
    public void No_two_keys_share_a_path() => Prop.ForAll(Keys, Keys, (one, other) =>
    {
        (KeyPath.Posix.FromKey(one) == KeyPath.Posix.FromKey(other)).ShouldBe(one == other);
        (KeyPath.Windows.FromKey(one) == KeyPath.Windows.FromKey(other)).ShouldBe(one == other);
    }).Check(FixedSeed);

    [Fact]
    public void No_path_leaves_its_folder_or_has_a_name_too_long() => Prop.ForAll(Keys, key =>
    {
        foreach (var names in new[] { KeyPath.Posix, KeyPath.Windows })
        {
            var path = names.FromKey(key);
            Path.GetFullPath(path, "/data/bucket").ShouldBe($"/data/bucket/{path}");
            foreach (var name in path.Split('/'))
            {
                System.Text.Encoding.UTF8.GetByteCount(name).ShouldBeInRange(1, 220);
                name.ShouldNotBe(".");
                name.ShouldNotBe("..");
            }
        }
    }).Check(FixedSeed);

    [Fact]
    public void A_name_is_plain_only_if_it_is_its_own_segment() => Prop.ForAll(Keys, key =>
    {
        if (key.Contains('/')) return;
        if (KeyPath.Posix.IsPlain(key)) KeyPath.Posix.FromKey(key).ShouldBe(key);
        if (KeyPath.Windows.IsPlain(key)) KeyPath.Windows.FromKey(key).ShouldBe(key);
    }).Check(FixedSeed);

    [Fact]
    public void The_order_is_that_of_UTF8_bytes() => Prop.ForAll(Keys, Keys, (one, other) =>
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(one).AsSpan()
            .SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other));
        Math.Sign(ByteOrder.Instance.Compare(one, other)).ShouldBe(Math.Sign(bytes));
    }).Check(FixedSeed);
}
