namespace S3Scheduler.Api.Tests.Http;

/// <summary>Posts and what becomes of them, with time moved by hand.</summary>
public sealed class PostTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task A_schedule_arrives_when_it_is_due_and_not_before()
    {
        var posted = await Client.PostAsync(Form.To("reports", "2026/daily.json").DueAt(_local.Now + Hour).With("content", "{}"));

        (await _local.SweepAfterAsync(Hour - TimeSpan.FromMilliseconds(1))).Json.GetProperty("delivered").GetInt32().ShouldBe(0);
        _local.Delivered("reports", "2026/daily.json").ShouldBeNull();

        (await _local.SweepAfterAsync(TimeSpan.FromSeconds(1))).Json.GetProperty("delivered").GetInt32().ShouldBe(1);
        _local.Delivered("reports", "2026/daily.json").ShouldBe("{}"u8.ToArray());
        (await Client.GetAsync(posted.Location)).ShouldBeProblem(404);
        (await Client.GetAsync("/schedules")).Json.GetProperty("schedules").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_first_content_is_what_arrives()
    {
        var form = Form.To("reports", "a").DueAt(_local.Now + Hour);
        (await Client.PostAsync(form.With("content", "first"))).Status.ShouldBe(201);
        (await Client.PostAsync(form.With("content", "other"))).ShouldBeProblem(409).ShouldContain("was not changed");

        await _local.SweepAfterAsync(2 * Hour);
        _local.Delivered("reports", "a").ShouldBe("first"u8.ToArray());
    }

    [Fact]
    public async Task What_is_past_due_is_delivered_by_the_next_sweep_once_the_stores_time_is_sure()
    {
        var posted = await Client.PostAsync(Form.To("reports", "a").DueAt("2001-01-01T00:00:00Z"));
        posted.Json.GetProperty("dueAt").GetDateTimeOffset().ShouldBeInRange(_local.Now, _local.Now.AddSeconds(1.1));

        (await _local.SweepAfterAsync(TimeSpan.FromSeconds(1.1))).Json.GetProperty("delivered").GetInt32().ShouldBe(1);
        _local.Delivered("reports", "a").ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public async Task Parts_may_come_in_any_order()
    {
        Part[] parts = [new("dueAt", "2030-01-01T00:00:00Z"), new("bucket", "reports"), new("key", "a"),
            new("content", "hello", "text/plain"), new("x-amz-meta-a", "1")];
        (await Client.PostAsync(Form.Of(parts))).Status.ShouldBe(201);
        for (var first = 0; first < parts.Length; first++)
        {
            Part[] rotated = [.. parts[first..], .. parts[..first]];
            (await Client.PostAsync(Form.Of(rotated))).Status.ShouldBe(200);
            (await Client.PostAsync(Form.Of([.. rotated.Reverse()]))).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task Content_is_a_file_or_a_plain_field_and_keeps_its_type()
    {
        foreach (var (part, type) in ((Part, string)[])[
            (new("content", "a"), "text/plain"),
            (new("content", "a"u8.ToArray(), null, "a.json"), "application/octet-stream"),
            (new("content", "a"u8.ToArray(), "application/json", "a.json"), "application/json"),
            (new("content", "a", "multipart/mixed; boundary=\"a b\""), "multipart/mixed; boundary=\"a b\""),
            (new("content", "a", "TEXT/Plain;charset=UTF-8"), "TEXT/Plain;charset=UTF-8"),
        ])
        {
            var posted = await Client.PostAsync(Form.To("reports", $"a/{type}").DueAt("2030-01-01T00:00:00Z").With(part));
            posted.Status.ShouldBe(201, posted.Text);
            posted.Json.GetProperty("contentType").GetString().ShouldBe(type);
            (await Client.GetAsync($"{posted.Location}/content")).Type.ShouldBe(type);
        }
    }
}
