namespace S3Scheduler.Api.Tests.Http;

public sealed class SweepTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task A_sweep_tells_what_it_delivered_and_what_is_next()
    {
        (await Client.SweepAsync()).Text.ShouldBe("""{"outcome":"idle","delivered":0,"failed":0,"nextDueAt":null,"remaining":false}""");

        await PostAsync("a", _local.Now + Hour);
        await PostAsync("b", _local.Now + Hour);
        var later = await PostAsync("c", new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (await Client.SweepAsync()).Json.GetProperty("outcome").GetString().ShouldBe("idle");

        (await _local.SweepAfterAsync(2 * Hour)).Text
            .ShouldBe("""{"outcome":"swept","delivered":2,"failed":0,"nextDueAt":"2030-01-01T00:00:00.000Z","remaining":false}""");
        (await Client.SweepAsync()).Text
            .ShouldBe("""{"outcome":"idle","delivered":0,"failed":0,"nextDueAt":"2030-01-01T00:00:00.000Z","remaining":false}""");
        (await Client.GetAsync(later.Location)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_can_not_be_delivered_is_counted_and_kept_as_failed_while_the_rest_is_delivered()
    {
        // A local store can't hold a key that is a folder of another.
        var blocked = await PostAsync("folder", _local.Now + Hour);
        await PostAsync("folder/a", _local.Now + TimeSpan.FromMinutes(1));
        await PostAsync("b", _local.Now + Hour);
        (await _local.SweepAfterAsync(TimeSpan.FromMinutes(2))).Json.GetProperty("delivered").GetInt32().ShouldBe(1);

        var swept = (await _local.SweepAfterAsync(Hour)).Json;
        swept.GetProperty("delivered").GetInt32().ShouldBe(1);
        swept.GetProperty("failed").GetInt32().ShouldBe(1);
        _local.Delivered("reports", "b").ShouldNotBeNull();
        (await Client.GetAsync(blocked.Location)).Json.GetProperty("status").GetString().ShouldBe("failed");
    }

    [Fact]
    public async Task Overlapping_sweeps_deliver_each_schedule_once()
    {
        for (var i = 0; i < 20; i++) await PostAsync($"{i}", _local.Now + Hour);
        _local.Time.Advance(2 * Hour);
        (await Client.GetAsync("/health/ready")).Status.ShouldBe(200);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.SweepAsync()));

        var outcomes = answers.Select(a => a.Json.GetProperty("outcome").GetString()).ToList();
        answers.ShouldAllBe(a => a.Status == 200);
        outcomes.Count(o => o == "swept").ShouldBe(1);
        answers.Sum(a => a.Json.GetProperty("delivered").GetInt32()).ShouldBe(20);
        outcomes.ShouldBeSubsetOf(["swept", "idle", "busy"]);
    }

    [Fact]
    public async Task All_that_is_due_to_one_destination_arrives_in_due_order_so_the_newest_stays()
    {
        for (var i = 0; i < 30; i++) await PostAsync("same", _local.Now + TimeSpan.FromSeconds(100 + i), content: $"{i}");
        (await _local.SweepAfterAsync(Hour)).Json.GetProperty("delivered").GetInt32().ShouldBe(30);
        _local.Delivered("reports", "same").ShouldBe("29"u8.ToArray());
    }

    private async Task<Answer> PostAsync(string key, DateTimeOffset dueAt, string content = "hello")
    {
        var posted = await Client.PostAsync(Form.To("reports", key).DueAt(dueAt).With("content", content));
        posted.Status.ShouldBe(201, posted.Text);
        return posted;
    }
}
