namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    [Fact]
    public async Task A_list_is_in_due_order_page_by_page()
    {
        var first = new DateTimeOffset(2990, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var keys = new List<string>();
        foreach (var minute in (int[])[3, 0, 4, 1, 2])
            keys.Add((await Client.PostAsync(Form.To(fixture.Bucket, "list").DueAt(first.AddMinutes(minute)))).Key);
        keys.Sort(StringComparer.Ordinal);

        foreach (var (limit, sizes) in ((int, int[])[])[(1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (5, [5]), (6, [5]),
            (1000, [5])])
        {
            var pages = await Client.PagesAsync($"from={first.UtcDateTime:O}&limit={limit}");
            KeysOf(pages).ShouldBe(keys);
            pages.Select(p => p.GetProperty("schedules").GetArrayLength()).ShouldBe(sizes);
        }

        // The interval includes from, but not to. A time may have an offset; without one it is UTC.
        (await ListAsync("from=2990-01-01T00:01:00&to=2990-01-01T01:03:00%2B01:00")).ShouldBe(keys[1..3]);
        (await ListAsync("from=2990-01-01T00:01:00.0001Z&to=2990-01-01T00:03:00.001Z")).ShouldBe(keys[2..4]);
        (await ListAsync("from=2990-01-01T00:03:00Z&to=2990-01-01T00:03:00Z")).ShouldBeEmpty();
        (await ListAsync($"from=2990-01-01T00:00:00Z&after={Uri.EscapeDataString(keys[2])}")).ShouldBe(keys[3..]);
        (await ListAsync($"from=2990-01-01T00:03:00Z&after={Uri.EscapeDataString(keys[0])}")).ShouldBe(keys[3..]);
        (await ListAsync("from=2990-01-01T00:00:00Z&status=pending&bucket=some-other")).ShouldBeEmpty();
        (await ListAsync($"from=2990-01-01T00:00:00Z&limit=2&bucket={fixture.Bucket}")).ShouldBe(keys);
    }

    [Fact]
    public async Task A_key_prefix_leaves_out_all_other_keys()
    {
        string[] keys = ["a/b/1", "a/b/2", "a/c", "a~b", "ab", "A/b/1", "ä/日本", "/a/b/0"];
        foreach (var key in keys)
            await Client.PostAsync(Form.To(fixture.Bucket, $"/{key}").DueAt("2970-01-01T00:00:00Z"));
        const string Window = "from=2970-01-01T00:00:00Z&to=2970-01-02T00:00:00Z";

        foreach (var (prefix, found) in ((string, string[])[])[
            ("a", ["a/b/1", "a/b/2", "a/c", "ab", "a~b"]), ("a/", ["a/b/1", "a/b/2", "a/c"]),
            ("/a/b", ["a/b/1", "a/b/2"]), ("a/b/1", ["a/b/1"]), ("a~", ["a~b"]), ("ä/日", ["ä/日本"]), ("//a", ["/a/b/0"]),
            ("a/b/1/", []), ("b", []), ("A/b", ["A/b/1"])])
        {
            foreach (var more in (string[])["", "&limit=1", $"&bucket={fixture.Bucket}"])
            {
                (await ListAsync($"{Window}&keyPrefix={Uri.EscapeDataString(prefix)}{more}"))
                    .Select(k => k.Split('|')[2])
                    .ShouldBe(found.Select(KeyEscaping.Escape), ignoreOrder: true, prefix);
            }

            (await ListAsync($"{Window}&keyPrefix={Uri.EscapeDataString(prefix)}&bucket=some-other")).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task The_link_to_the_next_page_is_the_same_query_with_another_after()
    {
        var keys = new List<string>();
        for (var minute = 0; minute < 5; minute++)
            keys.Add((await Client.PostAsync(Form.To(fixture.Bucket, $"日 <&>;\"%2F+{minute}")
                .DueAt($"2960-01-01T00:0{minute}:00Z"))).Key);

        var seen = new List<string>();
        var path = "/schedules?LIMIT=2&from=2960-01-01T01:00:00%2B01:00&to=2961-01-01T00:00Z"
            + $"&keyPrefix={Uri.EscapeDataString("日 <&>;\"%2F+")}&bucket={fixture.Bucket}"
            + $"&status=pending&After={Uri.EscapeDataString(keys[0])}";
        for (var page = await Client.GetAsync(path); ; page = await Client.GetAsync(path))
        {
            page.Status.ShouldBe(200, page.Text);
            seen.AddRange(KeysOf([page.Json]));
            if (page["next"] is null)
            {
                page.Headers.Keys.ShouldNotContain("Link");
                break;
            }

            var link = page.Headers["Link"];
            link.ShouldStartWith("</schedules?");
            link.ShouldEndWith(">; rel=\"next\"");
            path = link[1..link.IndexOf('>', StringComparison.Ordinal)];
            path.ShouldAllBe(c => char.IsAscii(c) && c != '"' && c != '<' && c != ' ');
        }

        seen.ShouldBe(keys[1..]);
    }

    [Fact]
    public async Task A_listed_schedule_has_the_members_that_a_list_of_the_bucket_shows()
    {
        var posted = await Client.PostAsync(Form.To(fixture.Bucket, "listed").DueAt("2980-01-01T00:00:00Z"));
        var page = (await Client.GetAsync("/schedules?from=2980-01-01T00:00:00Z&to=2980-01-02T00:00:00Z")).Json;
        page.EnumerateObject().Select(p => p.Name).ShouldBe(["schedules", "next"]);
        var listed = page.GetProperty("schedules").EnumerateArray().ShouldHaveSingleItem();
        listed.EnumerateObject().Select(p => p.Name)
            .ShouldBe(["key", "status", "dueAt", "destination", "size", "createdAt"]);
        listed.GetProperty("key").GetString().ShouldBe(posted.Key);
        listed.GetProperty("size").GetInt64().ShouldBe(5);
    }
}
