using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>What clients are told of a schedule that was delivered.</summary>
public sealed class DeliveredTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task It_is_read_with_the_time_of_its_delivery_and_how_late_that_was()
    {
        var (posted, path) = await DeliverAsync("a", late: TimeSpan.FromMinutes(10));

        var read = (await Client.GetAsync(path)).Json;

        read.GetProperty("key").GetString().ShouldBe(posted.Key);
        read.GetProperty("status").GetString().ShouldBe("delivered");
        read.GetProperty("size").GetInt64().ShouldBe(5);
        read.GetProperty("etag").GetString().ShouldNotBeNullOrEmpty();
        read.GetProperty("destination").GetProperty("key").GetString().ShouldBe("a");
        var deliveredAt = read.GetProperty("deliveredAt").GetDateTimeOffset();
        (deliveredAt - _local.Now).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(2));
        var late = read.GetProperty("latenessMs").GetInt64();
        late.ShouldBe((long)(deliveredAt - posted.DueAt).TotalMilliseconds);
        late.ShouldBeInRange(598_000, 603_000);
        read.TryGetProperty("failure", out _).ShouldBeFalse();
        read.TryGetProperty("createdAt", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_pending_schedule_has_no_delivery_and_a_cancelled_one_is_not_found()
    {
        var posted = await PostAsync("a");
        var read = (await Client.GetAsync(Client.PathOf(posted.Key))).Json;
        foreach (var name in new[] { "deliveredAt", "latenessMs", "etag" })
            read.TryGetProperty(name, out _).ShouldBeFalse(name);

        (await Client.DeleteAsync(Client.PathOf(posted.Key))).Status.ShouldBe(204);
        _local.Time.Advance(2 * Hour);
        await Client.SweepAsync();

        (await Client.GetAsync(Client.PathOf(posted.Key))).ShouldBeProblem(404);
        (await ListAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_cannot_be_cancelled_or_rescheduled_and_the_problem_says_when_it_was_delivered()
    {
        var (_, path) = await DeliverAsync("a");
        var deliveredAt = (await Client.GetAsync(path)).Json.GetProperty("deliveredAt").GetString()!;

        (await Client.DeleteAsync(path)).ShouldBeProblem(409, deliveredAt).ShouldContain("not cancelled");
        (await Client.RescheduleAsync(path, _local.Now + Hour)).ShouldBeProblem(409, deliveredAt)
            .ShouldContain("not rescheduled");
        (await Client.RetryAsync(path)).ShouldBeProblem(409, deliveredAt).ShouldContain("not retried");
        (await Client.GetAsync($"{path}/content")).ShouldBeProblem(404, deliveredAt)
            .ShouldContain("but at its destination");
        (await Client.GetAsync(path))["status"].ShouldBe("delivered");
    }

    [Fact]
    public async Task Each_form_of_its_key_names_it()
    {
        var (_, path) = await DeliverAsync("a?b");
        var old = path.Replace("~3F", "%3F", StringComparison.Ordinal);
        old.ShouldNotBe(path);

        (await Client.GetAsync(old))["status"].ShouldBe("delivered");
        (await Client.DeleteAsync(old)).ShouldBeProblem(409, "was delivered at");
        (await Client.GetAsync($"{old}/content")).ShouldBeProblem(404, "was delivered at");
    }

    [Fact]
    public async Task A_list_has_the_newest_first_and_takes_each_filter()
    {
        var keys = new List<string>();
        for (var n = 0; n < 6; n++) keys.Insert(0, (await DeliverAsync($"{(n % 2 == 0 ? "a" : "b")}/{n}")).Posted.Key);
        var third = _local.Now - 3 * Hour;

        (await ListAsync("")).ShouldBe(keys);
        (await ListAsync("&limit=1")).ShouldBe(keys);
        (await ListAsync("&keyPrefix=a/")).ShouldBe(keys.Where(k => k.Contains("|a~~")));
        (await ListAsync("&bucket=other")).ShouldBeEmpty();
        (await ListAsync($"&from={DueTime.Write(third)}")).ShouldBe(keys.Take(3));
        (await ListAsync($"&to={DueTime.Write(third)}")).ShouldBe(keys.Skip(3));
    }

    [Fact]
    public async Task The_next_page_is_named_in_the_answer_and_its_Link()
    {
        await DeliverAsync("a");
        await DeliverAsync("b");

        var page = await Client.GetAsync("/schedules?status=delivered&limit=1");

        page.Headers["Link"].ShouldContain(Uri.EscapeDataString(page["next"]!));
        page.Headers["Link"].ShouldContain("status=delivered");
    }

    [Theory]
    [InlineData("2026-11-21T19:04:00.000Z|reports|a")]
    [InlineData("x")]
    [InlineData("9999-12-31T23:59:59.999Z|2026-11-21T19:04:00.000Z|2026-11-21T19:04:00.000Z|"
        + "0123456789abcdef0123456789abcdef|a")]
    [InlineData("2026-11-21T19:04:00.000Z|2026-11-21T19:04:00.000Z|2026-11-21T19:04:00.000Z|x|1")]
    [InlineData("2026-11-21T19:04:00.000Z|2026-11-21T19:04:00.000Z|2026-11-21T19:04:00.000Z|"
        + "0123456789abcdef0123456789abcdef|-1")]
    public async Task Another_after_than_that_of_a_page_is_a_400(string after) =>
        (await Client.GetAsync($"/schedules?status=delivered&after={Uri.EscapeDataString(after)}"))
            .ShouldBeProblem(400, "next of the previous page");

    [Fact]
    public async Task Without_retention_nothing_is_recorded()
    {
        using var local = new LocalService(("Scheduler:ReceiptRetention", "00:00:00"));
        var posted = await local.Client.PostAsync(Form.To("reports", "a").DueAt(local.Now + Hour).With("content", "x"));
        (await local.SweepAfterAsync(2 * Hour)).Delivered.ShouldBe(1);

        (await local.Client.GetAsync(Client.PathOf(posted.Key))).ShouldBeProblem(404);
        (await local.Client.GetAsync("/schedules?status=delivered")).Json.GetProperty("schedules").GetArrayLength()
            .ShouldBe(0);
    }

    private Task<Answer> PostAsync(string key) =>
        Client.PostAsync(Form.To("reports", key).DueAt(_local.Now + Hour).With("content", "hello"));

    private async Task<(Answer Posted, string Path)> DeliverAsync(string key, TimeSpan late = default)
    {
        var posted = await PostAsync(key);
        posted.Status.ShouldBe(201, posted.Text);
        (await _local.SweepAfterAsync(Hour + TimeSpan.FromSeconds(1) + late)).Delivered.ShouldBe(1);
        return (posted, Client.PathOf(posted.Key));
    }

    private async Task<List<string>> ListAsync(string query)
    {
        var keys = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await Client.GetAsync($"/schedules?status=delivered{query}{after}");
            page.Status.ShouldBe(200, page.Text);
            foreach (var schedule in page.Json.GetProperty("schedules").EnumerateArray())
                keys.Add(schedule.GetProperty("key").GetString()!);
            var next = page.Json.GetProperty("next");
            after = next.ValueKind == JsonValueKind.Null ? null : $"&after={Uri.EscapeDataString(next.GetString()!)}";
        }

        return keys;
    }
}
