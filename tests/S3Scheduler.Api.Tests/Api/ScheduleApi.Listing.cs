namespace S3Scheduler.Api.Tests.Api;

public abstract partial class ScheduleApi
{
    [Fact]
    public async Task A_list_is_in_due_order_page_by_page()
    {
        var client = (await fixture.StartAsync()).Client;
        var first = new DateTimeOffset(2990, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var keys = new List<string>();
        foreach (var minute in (int[])[3, 0, 4, 1, 2])
            keys.Add((await client.PostAsync(Form.To(fixture.Bucket, "list").DueAt(first.AddMinutes(minute)))).Key);
        keys.Sort(StringComparer.Ordinal);

        foreach (var (limit, sizes) in ((int, int[])[])[(1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (5, [5]), (6, [5]), (1000, [5])])
        {
            var pages = await client.PagesAsync($"from={first.UtcDateTime:O}&limit={limit}");
            KeysOf(pages).ShouldBe(keys);
            pages.Select(p => p.GetProperty("schedules").GetArrayLength()).ShouldBe(sizes);
        }

        // From is included and to is not; an offset is understood; without one it is UTC.
        KeysOf(await client.PagesAsync("from=2990-01-01T00:01:00&to=2990-01-01T01:03:00%2B01:00")).ShouldBe(keys[1..3]);
        KeysOf(await client.PagesAsync("from=2990-01-01T00:01:00.0001Z&to=2990-01-01T00:03:00.001Z")).ShouldBe(keys[2..4]);
        KeysOf(await client.PagesAsync("from=2990-01-01T00:03:00Z&to=2990-01-01T00:03:00Z")).ShouldBeEmpty();
        KeysOf(await client.PagesAsync($"from=2990-01-01T00:00:00Z&after={Uri.EscapeDataString(keys[2])}")).ShouldBe(keys[3..]);
        KeysOf(await client.PagesAsync($"from=2990-01-01T00:03:00Z&after={Uri.EscapeDataString(keys[0])}")).ShouldBe(keys[3..]);
        KeysOf(await client.PagesAsync("from=2990-01-01T00:00:00Z&status=pending&bucket=some-other")).ShouldBeEmpty();
        KeysOf(await client.PagesAsync($"from=2990-01-01T00:00:00Z&limit=2&bucket={fixture.Bucket}")).ShouldBe(keys);
    }

    [Fact]
    public async Task A_listed_schedule_has_what_a_list_of_the_bucket_tells()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Form.To(fixture.Bucket, "listed").DueAt("2980-01-01T00:00:00Z"));

        var page = (await client.GetAsync("/schedules?from=2980-01-01T00:00:00Z&to=2980-01-02T00:00:00Z")).Json;
        page.EnumerateObject().Select(p => p.Name).ShouldBe(["schedules", "next"]);
        var listed = page.GetProperty("schedules").EnumerateArray().ShouldHaveSingleItem();
        listed.EnumerateObject().Select(p => p.Name).ShouldBe(["key", "status", "dueAt", "destination", "size", "createdAt"]);
        listed.GetProperty("key").GetString().ShouldBe(posted.Key);
        listed.GetProperty("size").GetInt64().ShouldBe(5);
    }
}
