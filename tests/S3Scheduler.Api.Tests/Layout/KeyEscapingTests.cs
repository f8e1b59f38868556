namespace S3Scheduler.Api.Tests.Layout;

public sealed class KeyEscapingTests
{
    public static TheoryData<string, string> Pairs => new()
    {
        { "a", "a" },
        { "2026/november/daily.json", "2026~~november~~daily.json" },
        { "/", "~~" },
        { "//", "~~~~" },
        { "a/", "a~~" },
        { "~", "~7E" },
        { "~~", "~7E~7E" },
        { "~/", "~7E~~" },
        { "/~", "~~~7E" },
        { "~/~", "~7E~~~7E" },
        { "~7E", "~7E7E" },
        { "/7E", "~~7E" },
        { "%2F", "~252F" },
        { "%252F", "~25252F" },
        { "%", "~25" },
        { "|", "~7C" },
        { "a|b|c", "a~7Cb~7Cc" },
        { "\\", "~5C" },
        { "..\\x", "..~5Cx" },
        { "\t", "~09" },
        { "\r\n", "~0D~0A" },
        { "\u0001", "~01" },
        { "\u001F", "~1F" },
        { " ", " " },
        { "\u007F", "~7F" },
        { "\u0080", "~C2~80" },
        { "\u0085", "~C2~85" },
        { "\u009F", "~C2~9F" },
        { "\u00A0", "\u00A0" },
        { "\uFFFD", "\uFFFD" },
        { "\uFFFE", "~EF~BF~BE" },
        { "\uFFFF", "~EF~BF~BF" },
        { "\uFEFF", "\uFEFF" },
        { "é", "é" },
        { "e\u0301", "e\u0301" },
        { "日本語/報告.json", "日本語~~報告.json" },
        { "🎉/🎉", "🎉~~🎉" },
        { "\U0010FFFF", "\U0010FFFF" },
        { "../..", "..~~.." },
        { "a+b c&d=e?f#g", "a+b c&d=e?f#g" },
        { "<\"'`>{}[]^$*:;,@!()", "<\"'`>{}[]^$*:;,@!()" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_key_is_written_and_read_back(string key, string escaped)
    {
        KeyEscaping.Escape(key).ShouldBe(escaped);
        KeyEscaping.Unescape(escaped).ShouldBe(key);
    }

    [Theory]
    [InlineData("~")]
    [InlineData("a~")]
    [InlineData("~7")]
    [InlineData("~7e")] // lower case
    [InlineData("~c2~80")]
    [InlineData("~~~")]
    [InlineData("~2F")] // '/' has its own form
    [InlineData("~41")] // 'A' needs none
    [InlineData("~20")]
    [InlineData("~C3~A9")]
    [InlineData("~EF~BF~BD")]
    [InlineData("~80")] // no UTF-8
    [InlineData("~C2")]
    [InlineData("~C2a")]
    [InlineData("~FF")]
    [InlineData("~C0~AF")] // '/' in too many bytes
    [InlineData("~ED~A0~80")] // half a surrogate pair
    [InlineData("~ 7")]
    [InlineData("~+7")]
    [InlineData("~-1")]
    [InlineData("~0x")]
    [InlineData("~７Ｅ")] // full-width digits
    [InlineData("/")]
    [InlineData("a/b")]
    [InlineData("|")]
    [InlineData("%")]
    [InlineData("%2F")]
    [InlineData("\\")]
    [InlineData("\n")]
    [InlineData("\u007F")]
    [InlineData("\u0085")]
    [InlineData("\uFFFE")]
    public void Only_the_canonical_form_is_read(string escaped) => KeyEscaping.Unescape(escaped).ShouldBeNull();

    // Not [InlineData]: a runner that passes its cases on as text would replace them.
    [Fact]
    public void Half_a_surrogate_pair_is_not_read()
    {
        foreach (var half in new[] { "\uD83C", "\uDF89", "a\uD83C", "\uD83Ca", "\uDF89\uD83C", "~\uD83C", "~7\uD83C" })
            KeyEscaping.Unescape(half).ShouldBeNull();
    }
}
