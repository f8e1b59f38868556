namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    [Fact]
    public async Task A_rescheduled_one_has_the_new_time_and_key_and_all_else_stays()
    {
        var client = (await fixture.StartAsync()).Client;
        var old = await client.PostAsync(Pending("moved.txt").With("x-amz-meta-origin", "test").With("Cache-Control", "no-store"));
        var dueAt = fixture.Tomorrow.AddHours(1);

        var moved = await client.RescheduleAsync(old.Location, dueAt);

        moved.Status.ShouldBe(200, moved.Text);
        moved.Key.ShouldNotBe(old.Key);
        moved.Json.GetProperty("status").GetString().ShouldBe("pending");
        moved.Json.GetProperty("dueAt").GetDateTimeOffset().ShouldBe(dueAt, TimeSpan.FromMilliseconds(1));
        (await client.GetAsync(old.Location)).ShouldBeProblem(404);
        var path = Client.PathOf(moved.Key);
        (await client.GetAsync(path)).Json.GetProperty("metadata").GetProperty("origin").GetString().ShouldBe("test");
        (await client.GetAsync($"{path}/content")).Text.ShouldBe("hello");
        (await client.RescheduleAsync(old.Location, dueAt)).ShouldBeProblem(404).ShouldContain(old.Key);
        (await client.DeleteAsync(path)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Rescheduled_to_a_time_that_is_over_it_is_delivered()
    {
        var client = (await fixture.StartAsync()).Client;
        var old = await client.PostAsync(Pending("sooner.txt").With("x-amz-meta-origin", "test"));

        var moved = await client.PatchAsync(old.Location, """{"dueAt":"2001-01-01T00:00:00Z"}""");

        moved.Status.ShouldBe(200, moved.Text);
        await DeliverAsync(moved with { Status = 201, Headers = new Dictionary<string, string> { ["Location"] = Client.PathOf(moved.Key) } });
        var (content, attributes) = await ArrivedAsync("sooner.txt");
        content.ShouldBe("hello"u8.ToArray());
        attributes.Metadata["origin"].ShouldBe("test");
    }

    [Fact]
    public async Task To_its_own_time_a_schedule_stays_what_it_is()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Pending("same-time.txt"));

        (await client.RescheduleAsync(posted.Location, posted.Json.GetProperty("dueAt").GetDateTimeOffset())).Key.ShouldBe(posted.Key);
        (await client.GetAsync(posted.Location)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task To_a_time_that_another_one_has_with_other_content_it_is_a_conflict()
    {
        var client = (await fixture.StartAsync()).Client;
        var (first, second) = (fixture.Tomorrow, fixture.Tomorrow.AddHours(1));
        var mine = await client.PostAsync(Form.To(fixture.Bucket, "taken.txt").DueAt(first).With("content", "mine"));
        var other = await client.PostAsync(Form.To(fixture.Bucket, "taken.txt").DueAt(second).With("content", "other"));

        (await client.RescheduleAsync(mine.Location, other.Json.GetProperty("dueAt").GetDateTimeOffset())).ShouldBeProblem(409).ShouldContain(other.Key);

        (await client.GetAsync($"{mine.Location}/content")).Text.ShouldBe("mine");
        (await client.GetAsync($"{other.Location}/content")).Text.ShouldBe("other");
    }

    [Fact]
    public async Task What_is_due_already_can_not_be_rescheduled_and_is_delivered()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Form.To(fixture.Bucket, "too-late-to-move.txt").With("delay", "PT0S"));

        (await client.RescheduleAsync(posted.Location, fixture.Tomorrow)).ShouldBeProblem(409).ShouldContain("not rescheduled");

        await DeliverAsync(posted);
    }

    [Theory]
    [InlineData("{}", "dueAt")]
    [InlineData("""{"dueAt":null}""", "dueAt")]
    [InlineData("""{"dueAt":""}""", "dueAt")]
    [InlineData("""{"dueAt":"tomorrow"}""", "dueAt")]
    [InlineData("""{"dueAt":"2030-02-30T00:00:00Z"}""", "dueAt")]
    [InlineData("""{"dueAt":"2030-01-01T00:00:00Z","bucket":"other"}""", "bucket")]
    [InlineData("""{"due":"2030-01-01T00:00:00Z"}""", "due", "dueAt")]
    public async Task A_wrong_member_is_named_and_nothing_changes(string body, params string[] members)
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Pending("wrong-member.txt"));

        (await client.PatchAsync(posted.Location, body)).ShouldBeFaultOf(members);
        (await client.GetAsync(posted.Location)).Status.ShouldBe(200);
        (await client.DeleteAsync(posted.Location)).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"2030-01-01T00:00:00Z\"")]
    [InlineData("""{"dueAt":5}""")]
    [InlineData("""{"dueAt":"2030-01-01T00:00:00Z"}}""")]
    public async Task What_is_not_such_JSON_is_a_400_that_says_so(string body)
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Pending("malformed.txt"));

        (await client.PatchAsync(posted.Location, body)).ShouldBeProblem(400).ShouldContain("JSON");
        (await client.GetAsync(posted.Location)).Status.ShouldBe(200);
        (await client.DeleteAsync(posted.Location)).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task What_is_not_JSON_by_its_type_is_a_415(string type)
    {
        var client = (await fixture.StartAsync()).Client;

        (await client.PatchAsync(Client.PathOf("a"), """{"dueAt":"2030-01-01T00:00:00Z"}""", type)).ShouldBeProblem(415);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("2030-01-01T00:00:00.000Z|reports|not-there")]
    public async Task What_is_not_there_is_neither_rescheduled_nor_retried(string key)
    {
        var client = (await fixture.StartAsync()).Client;

        (await client.RescheduleAsync(Client.PathOf(key), fixture.Tomorrow)).ShouldBeProblem(404).ShouldContain(key);
        (await client.RetryAsync(Client.PathOf(key))).ShouldBeProblem(404).ShouldContain(key);
    }
}
