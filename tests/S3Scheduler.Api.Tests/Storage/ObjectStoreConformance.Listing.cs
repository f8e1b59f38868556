namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    private static readonly Comparer<string> InBytes = Comparer<string>.Create(
        (x, y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)));

    [Fact]
    public async Task An_empty_bucket_lists_nothing()
    {
        var page = await ListAsync();

        page.Objects.ShouldBeEmpty();
        page.More.ShouldBeFalse();
    }

    [Fact]
    public async Task Keys_come_in_the_order_of_their_UTF8_bytes()
    {
        // In UTF-16 the emoji (surrogates) would sort before U+E000 and U+FFFD; by culture, "a" before "B".
        string[] keys =
        [
            "!", "-", ".", "0", "A", "B", "a!", "a-b", "a.b", "a/", "a/b", "a/c/d", "a0", "aa", "b", "|", "~",
            "é", "\u07ff", "日", "\ue000", "\ufffd", "\ufffda", "🎉/x", "🎉a", "🎊",
        ];
        var shuffled = keys.ToArray();
        Random.Shuffle(shuffled);
        foreach (var key in shuffled) await PutAsync(key);

        (await KeysAsync()).ShouldBe(keys.Order(InBytes));
        (await KeysAsync(startAfter: "\ufffd")).ShouldBe(["\ufffda", "🎉/x", "🎉a", "🎊"]);
        (await KeysAsync(startAfter: "🎉")).ShouldBe(["🎉/x", "🎉a", "🎊"]);
        (await KeysAsync(startAfter: "a", limit: 3)).ShouldBe(["a!", "a-b", "a.b"]);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap()
    {
        var keys = Enumerable.Range(0, 57)
            .Select(n => $"p/{Random.Next(10)}/{n:D3}{(n % 2 == 0 ? "/x" : "")}").ToList();
        await Parallel.ForEachAsync(keys, Cancellation, async (key, _) => await PutAsync(key));
        var expected = keys.Order(InBytes).ToList();

        foreach (var limit in new[] { 1, 7, 19, 56, 57, 58, 1000 })
        {
            var seen = new List<string>();
            bool more;
            do
            {
                var page = await ListAsync("p/", seen.LastOrDefault(""), limit);
                page.Objects.Count.ShouldBe(Math.Min(limit, expected.Count - seen.Count));
                seen.AddRange(page.Objects.Select(listed => listed.Key));
                more = page.More;
                more.ShouldBe(seen.Count < expected.Count, $"limit {limit} after {seen.Count}");
            }
            while (more);

            seen.ShouldBe(expected, $"limit {limit}");
        }
    }

    [Fact]
    public async Task A_page_has_up_to_a_thousand_keys()
    {
        var keys = Enumerable.Range(0, 1001).Select(n => $"{n:D4}").ToList();
        await Parallel.ForEachAsync(keys, Cancellation, async (key, _) => await PutAsync(key));

        var page = await ListAsync();

        page.Objects.Select(listed => listed.Key).ShouldBe(keys.Take(1000));
        page.More.ShouldBeTrue();
        (await ListAsync(startAfter: keys[0])).More.ShouldBeFalse();
    }

    public static IEnumerable<(string, string)> Prefixes =>
    [
        ("", "a/1 a/2 a/b/1 ab b/1 c"), ("a", "a/1 a/2 a/b/1 ab"), ("a/", "a/1 a/2 a/b/1"), ("a/b", "a/b/1"),
        ("a/b/", "a/b/1"), ("a/b/1", "a/b/1"), ("a/b/1/", ""), ("b", "b/1"), ("c", "c"), ("c/", ""), ("/", ""),
        ("z", ""), ("A", ""),
    ];

    [Theory]
    [MemberData(nameof(Prefixes))]
    public Task A_prefix_need_not_be_a_folder(string prefix, string expected) => ExpectAsync(prefix, "", expected);

    public static IEnumerable<(string, string, string)> StartAfters =>
    [
        ("", "a/1", "a/2 a/b/1 ab b/1 c"), ("", "a/10", "a/2 a/b/1 ab b/1 c"), ("", "a", "a/1 a/2 a/b/1 ab b/1 c"),
        ("", "a/", "a/1 a/2 a/b/1 ab b/1 c"), ("", "a/~", "ab b/1 c"), ("", "a/b", "a/b/1 ab b/1 c"),
        ("", "a/b/1", "ab b/1 c"), ("", "a0", "ab b/1 c"), ("", "c", ""), ("", "zzz", ""), ("a/", "A", "a/1 a/2 a/b/1"),
        ("a/", "a/", "a/1 a/2 a/b/1"), ("a/", "a/1", "a/2 a/b/1"), ("a/", "a/1/x", "a/2 a/b/1"), ("a/", "a/b", "a/b/1"),
        ("a/", "a/c", ""), ("a/", "b", ""), ("b/", "a/b/1", "b/1"),
    ];

    [Theory]
    [MemberData(nameof(StartAfters))]
    public Task Start_after_need_not_exist_or_have_the_prefix(string prefix, string startAfter, string expected) =>
        ExpectAsync(prefix, startAfter, expected);

    [Fact]
    public async Task The_newest_lease_and_the_next_schedules_come_in_one_page()
    {
        string[] expected =
        [
            "schedules/.sweep/999999999997", "schedules/.sweep/999999999998",
            "schedules/2026-11-21T19:05:00.000Z|reports|a~~b", "schedules/2026-11-21T19:05:00.001Z|reports|a",
        ];
        foreach (var key in expected) await PutAsync(key);
        await PutAsync("schedules/.failed/2026-11-21T19:05:00.000Z|reports|a|AccessDenied");
        await PutAsync("schedules/|2026-11-21%2019%3A05%3A00%2B00%3A00|reports|a");
        await PutAsync("schedule");
        await PutAsync("schedulet");

        (await KeysAsync("schedules/", "schedules/.sweep/", 4)).ShouldBe(expected);
        (await KeysAsync("schedules/.failed/")).ShouldHaveSingleItem();
    }

    private async Task ExpectAsync(string prefix, string startAfter, string expected)
    {
        foreach (var key in new[] { "a/1", "a/2", "a/b/1", "ab", "b/1", "c" }) await PutAsync(key);

        var page = await ListAsync(prefix, startAfter);

        page.Objects.Select(listed => listed.Key).ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        page.More.ShouldBeFalse();
    }
}
