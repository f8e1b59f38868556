namespace S3Scheduler.Api.Tests.Layout;

public sealed class KeyEscapingTests
{
    public static IEnumerable<(string, string)> Pairs =>
    [
        ("a", "a"), ("2026/november/daily.json", "2026~~november~~daily.json"), ("/", "~~"), ("//", "~~~~"),
        ("a/", "a~~"), ("~", "~7E"), ("~~", "~7E~7E"), ("~/", "~7E~~"), ("/~", "~~~7E"), ("~/~", "~7E~~~7E"),
        ("~7E", "~7E7E"), ("/7E", "~~7E"), ("%2F", "~252F"), ("%252F", "~25252F"), ("%", "~25"), ("|", "~7C"),
        ("a|b|c", "a~7Cb~7Cc"), ("\\", "~5C"), ("..\\x", "..~5Cx"), ("\t", "~09"), ("\r\n", "~0D~0A"),
        ("\u0001", "~01"), ("\u001F", "~1F"), (" ", " "), ("\u007F", "~7F"), ("\u0080", "~C2~80"), ("\u0085", "~C2~85"),
        ("\u009F", "~C2~9F"), ("\u00A0", "\u00A0"), ("\uFFFD", "\uFFFD"), ("\uFFFE", "~EF~BF~BE"),
        ("\uFFFF", "~EF~BF~BF"), ("\uFEFF", "\uFEFF"), ("é", "é"), ("e\u0301", "e\u0301"),
        ("日本語/報告.json", "日本語~~報告.json"), ("🎉/🎉", "🎉~~🎉"), ("\U0010FFFF", "\U0010FFFF"), ("../..", "..~~.."),
        ("a+b c&d=e?f#g", "a+b c&d=e~3Ff~23g"), ("<\"'`>{}[]^$*:;,@!()", "<\"'`>{}[]^$*:~3B,@!()"),
    ];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_key_is_escaped_and_read_back(string key, string escaped)
    {
        KeyEscaping.Escape(key).ShouldBe(escaped);
        KeyEscaping.Unescape(escaped).ShouldBe(key);
    }

    public static TheoryData<string> NotEscaped =>
    [
        "~", "a~", "~7", "~7e", // lower case
        "~c2~80", "~~~", "~2F", // '/' has its own form
        "~41", // 'A' is not escaped
        "~20", "~C3~A9", "~EF~BF~BD", "~80", // not UTF-8
        "~C2", "~C2a", "~FF", "~C0~AF", // '/' encoded in two bytes
        "~ED~A0~80", // half a surrogate pair
        "~ 7", "~+7", "~-1", "~0x", "~７Ｅ", // full-width digits
        "/", "a/b", "|", "%", "%2F", "\\", "\n", "\u007F", "\u0085", "\uFFFE",
    ];

    [Theory]
    [MemberData(nameof(NotEscaped))]
    public void Only_the_canonical_form_is_read(string escaped) => KeyEscaping.Unescape(escaped).ShouldBeNull();

    // Not a theory: a test runner that passes cases as UTF-8 would replace them.
    [Fact]
    public void Half_of_a_surrogate_pair_is_not_read()
    {
        foreach (var half in new[] { "\uD83C", "\uDF89", "a\uD83C", "\uD83Ca", "\uDF89\uD83C", "~\uD83C", "~7\uD83C" })
            KeyEscaping.Unescape(half).ShouldBeNull();
    }
}
