namespace S3Scheduler.Api.Tests.Http;

public sealed class SweepTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task A_sweep_answers_what_it_delivered_and_what_is_due_next()
    {
        (await Client.SweepAsync()).Text.ShouldBe(Swept("idle", 0, "null"));
        await PostAsync("a", _local.Now + Hour);
        await PostAsync("b", _local.Now + Hour);
        var later = await PostAsync("c", new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (await Client.SweepAsync())["outcome"].ShouldBe("idle");
        (await _local.SweepAfterAsync(2 * Hour)).Text.ShouldBe(Swept("swept", 2, "\"2030-01-01T00:00:00.000Z\""));
        (await Client.SweepAsync()).Text.ShouldBe(Swept("idle", 0, "\"2030-01-01T00:00:00.000Z\""));
        (await Client.GetAsync(later.Location)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_delivered_becomes_failed_and_the_others_are_delivered()
    {
        // In a local store, a key cannot also be the folder of another key.
        var blocked = await PostAsync("folder", _local.Now + Hour);
        await PostAsync("folder/a", _local.Now + TimeSpan.FromMinutes(1));
        await PostAsync("b", _local.Now + Hour);
        (await _local.SweepAfterAsync(TimeSpan.FromMinutes(2))).Delivered.ShouldBe(1);
        var swept = (await _local.SweepAfterAsync(Hour)).Json;
        swept.GetProperty("delivered").GetInt32().ShouldBe(1);
        swept.GetProperty("failed").GetInt32().ShouldBe(1);
        _local.Delivered("reports", "b").ShouldNotBeNull();
        (await Client.GetAsync(blocked.Location))["status"].ShouldBe("failed");
    }

    [Fact]
    public async Task Overlapping_sweeps_deliver_each_schedule_once()
    {
        for (var i = 0; i < 20; i++) await PostAsync($"{i}", _local.Now + Hour);
        _local.Time.Advance(2 * Hour);
        (await Client.GetAsync("/health/ready")).Status.ShouldBe(200);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.SweepAsync()));
        var outcomes = answers.Select(a => a["outcome"]).ToList();
        answers.ShouldAllBe(a => a.Status == 200);
        outcomes.Count(o => o == "swept").ShouldBe(1);
        answers.Sum(a => a.Delivered).ShouldBe(20);
        outcomes.ShouldBeSubsetOf(["swept", "idle", "busy"]);
    }

    [Fact]
    public async Task Schedules_to_one_destination_are_delivered_in_due_order()
    {
        for (var i = 0; i < 30; i++)
            await PostAsync("same", _local.Now + TimeSpan.FromSeconds(100 + i), content: $"{i}");
        (await _local.SweepAfterAsync(Hour)).Delivered.ShouldBe(30);
        _local.Delivered("reports", "same").ShouldBe("29"u8.ToArray());
    }

    private static string Swept(string outcome, int delivered, string next) =>
        $$"""{"outcome":"{{outcome}}","delivered":{{delivered}},"failed":0,"nextDueAt":{{next}},"remaining":false}""";

    private async Task<Answer> PostAsync(string key, DateTimeOffset dueAt, string content = "hello")
    {
        var posted = await Client.PostAsync(Form.To("reports", key).DueAt(dueAt).With("content", content));
        posted.Status.ShouldBe(201, posted.Text);
        return posted;
    }
}
