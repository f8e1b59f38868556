namespace S3Scheduler.Api.Tests.Http;

/// <summary>What happens to posted schedules while the test moves the time.</summary>
public sealed class PostTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task A_schedule_arrives_when_it_is_due_and_not_before()
    {
        var form = Form.To("reports", "2026/daily.json").DueAt(_local.Now + Hour).With("content", "{}");
        var posted = await Client.PostAsync(form);
        (await _local.SweepAfterAsync(Hour - TimeSpan.FromMilliseconds(1))).Delivered.ShouldBe(0);
        _local.Delivered("reports", "2026/daily.json").ShouldBeNull();
        (await _local.SweepAfterAsync(TimeSpan.FromSeconds(1))).Delivered.ShouldBe(1);
        _local.Delivered("reports", "2026/daily.json").ShouldBe("{}"u8.ToArray());
        (await Client.GetAsync(posted.Location))["status"].ShouldBe("delivered");
        (await Client.GetAsync("/schedules")).Json.GetProperty("schedules").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_first_content_is_delivered_and_other_content_is_a_conflict()
    {
        var form = Form.To("reports", "a").DueAt(_local.Now + Hour);
        (await Client.PostAsync(form.With("content", "first"))).Status.ShouldBe(201);
        (await Client.PostAsync(form.With("content", "other"))).ShouldBeProblem(409, "was not changed");
        await _local.SweepAfterAsync(2 * Hour);
        _local.Delivered("reports", "a").ShouldBe("first"u8.ToArray());
    }

    [Fact]
    public async Task A_schedule_in_the_past_is_delivered_by_the_next_sweep()
    {
        var posted = await Client.PostAsync(Form.To("reports", "a").DueAt(_local.Now - Hour));
        posted.DueAt.ShouldBeInRange(_local.Now, _local.Now.AddSeconds(1.1));
        (await _local.SweepAfterAsync(TimeSpan.FromSeconds(1.1))).Delivered.ShouldBe(1);
        _local.Delivered("reports", "a").ShouldBe("hello"u8.ToArray());
    }

    [Theory]
    [InlineData("Old_Bucket"), InlineData("old.bucket."), InlineData("re..ports"), InlineData("192.168.0.1")]
    [InlineData("xn--reports"), InlineData("reports--usw2-az1--x-s3"), InlineData("{longest}")]
    public async Task A_schedule_to_a_bucket_that_only_old_rules_or_aliases_allow_is_delivered(string bucket)
    {
        bucket = bucket.Replace("{longest}", new string('B', 255), StringComparison.Ordinal);
        var posted = await Client.PostAsync(Form.To(bucket, "a").DueAt(_local.Now + Hour));
        posted.Status.ShouldBe(201, posted.Text);
        (await Client.GetAsync(posted.Location)).Status.ShouldBe(200);
        (await Client.GetAsync($"/schedules?bucket={bucket}")).Json.GetProperty("schedules").GetArrayLength()
            .ShouldBe(1);

        (await _local.SweepAfterAsync(2 * Hour)).Delivered.ShouldBe(1);

        _local.Delivered(bucket, "a").ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public async Task An_alias_is_a_destination_if_the_list_names_it_because_it_may_be_the_own_bucket()
    {
        const string Alias = "reports-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias";
        using var listed = new LocalService(
            ("Scheduler:Destinations:0", "*"), ("Scheduler:Destinations:1", $"{Alias}/2026/"));
        var form = Form.To(Alias, "2026/a").DueAt("2030-01-01T00:00:00Z");
        (await listed.Client.PostAsync(form)).Status.ShouldBe(201);
        (await listed.Client.PostAsync(form.With("key", "schedules/2030-01-01T00:00:00.000Z|reports|a")))
            .ShouldBeFaultOf("key").ShouldContain("delivers only to");
        (await listed.Client.PostAsync(form.With("bucket", "other-s3alias"))).ShouldBeFaultOf("bucket")
            .ShouldContain("another name for the scheduler's own bucket");
    }

    [Fact]
    public async Task MaxLateness_decides_how_far_in_the_past_a_due_time_may_be()
    {
        using var strict = new LocalService(("Scheduler:MaxLateness", "00:01:00"));
        using var lenient = new LocalService(("Scheduler:MaxLateness", "3650000.00:00:00"));
        var form = Form.To("reports", "a");
        (await strict.Client.PostAsync(form.DueAt(strict.Now - TimeSpan.FromSeconds(59)))).Status.ShouldBe(201);
        (await strict.Client.PostAsync(form.DueAt(strict.Now - TimeSpan.FromSeconds(62)))).ShouldBeFaultOf("dueAt")
            .ShouldContain("00:01:00");
        (await lenient.Client.PostAsync(form.DueAt("0001-01-01T00:00:00Z"))).Status.ShouldBe(201);
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
    public async Task Content_may_be_a_file_or_a_plain_field_and_keeps_its_type()
    {
        foreach (var (part, type) in ((Part, string)[])[
            (new("content", "a"), "text/plain"),
            (new("content", "a"u8.ToArray(), null, "a.json"), "application/octet-stream"),
            (new("content", "a"u8.ToArray(), "application/json", "a.json"), "application/json"),
            (new("content", "a", "multipart/mixed; boundary=\"a b\""), "multipart/mixed; boundary=\"a b\""),
            (new("content", "a", "TEXT/Plain;charset=UTF-8"), "TEXT/Plain;charset=UTF-8"),
        ])
        {
            var posted =
                await Client.PostAsync(Form.To("reports", $"a/{type}").DueAt("2030-01-01T00:00:00Z").With(part));
            posted.Status.ShouldBe(201, posted.Text);
            posted["contentType"].ShouldBe(type);
            (await Client.GetAsync($"{posted.Location}/content")).Type.ShouldBe(type);
        }
    }

    [Fact]
    public async Task A_cancelled_schedule_is_never_delivered()
    {
        var cancelled = await Client.PostAsync(Form.To("reports", "cancelled").DueAt(_local.Now + Hour));
        await Client.PostAsync(Form.To("reports", "kept").DueAt(_local.Now + Hour));
        (await Client.DeleteAsync(cancelled.Location)).Status.ShouldBe(204);
        (await _local.SweepAfterAsync(2 * Hour)).Delivered.ShouldBe(1);
        _local.Delivered("reports", "cancelled").ShouldBeNull();
        _local.Delivered("reports", "kept").ShouldNotBeNull();
    }

    [Fact]
    public async Task Within_two_seconds_of_its_due_time_a_schedule_is_delivered_and_not_cancelled()
    {
        var posted = await Client.PostAsync(Form.To("reports", "a").DueAt(_local.Now + Hour));
        _local.Time.Advance(Hour - TimeSpan.FromSeconds(1.9));
        (await Client.DeleteAsync(posted.Location)).ShouldBeProblem(409, "less than 2 s from now");
        _local.Time.Advance(Hour);
        (await Client.DeleteAsync(posted.Location)).ShouldBeProblem(409);
        (await _local.SweepAfterAsync(Hour)).Delivered.ShouldBe(1);
        _local.Delivered("reports", "a").ShouldBe("hello"u8.ToArray());
        (await Client.DeleteAsync(posted.Location)).ShouldBeProblem(409, "was delivered at");
    }

    [Theory]
    [InlineData("/a", "a"), InlineData("//a", "/a"), InlineData("///", "//"), InlineData("//", "/")]
    [InlineData("/~", "~"), InlineData("/schedules/x", "schedules/x")]
    public async Task One_leading_slash_of_a_key_is_dropped_and_no_more(string key, string destination)
    {
        var posted = await Client.PostAsync(Form.To("reports", key).DueAt("2030-01-01T00:00:00Z"));
        posted.Status.ShouldBe(201, posted.Text);
        posted.Json.GetProperty("destination").GetProperty("key").GetString().ShouldBe(destination);
        posted.Key.ShouldBe($"2030-01-01T00:00:00.000Z|reports|{KeyEscaping.Escape(destination)}");
        (await Client.GetAsync(posted.Location)).Key.ShouldBe(posted.Key);
    }
}
