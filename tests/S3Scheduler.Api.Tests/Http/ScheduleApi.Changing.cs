namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    [Fact]
    public async Task A_rescheduled_schedule_has_the_new_time_and_key_and_nothing_else_changes()
    {
        var form = Pending("moved.txt").With("x-amz-meta-origin", "test").With("Cache-Control", "no-store");
        var old = await Client.PostAsync(form);
        var dueAt = fixture.Tomorrow.AddHours(1);

        var moved = await Client.RescheduleAsync(old.Location, dueAt);

        moved.Status.ShouldBe(200, moved.Text);
        moved.Key.ShouldNotBe(old.Key);
        moved["status"].ShouldBe("pending");
        moved.DueAt.ShouldBe(dueAt, TimeSpan.FromMilliseconds(1));
        (await Client.GetAsync(old.Location)).ShouldBeProblem(404);
        var path = Client.PathOf(moved.Key);
        (await Client.GetAsync(path)).Json.GetProperty("metadata").GetProperty("origin").GetString().ShouldBe("test");
        (await Client.GetAsync($"{path}/content")).Text.ShouldBe("hello");
        (await Client.RescheduleAsync(old.Location, dueAt)).ShouldBeProblem(404, old.Key);
        (await Client.DeleteAsync(path)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task A_schedule_that_is_rescheduled_to_the_past_is_delivered()
    {
        var old = await Client.PostAsync(Pending("sooner.txt").With("x-amz-meta-origin", "test"));
        var moved = await Client.RescheduleAsync(old.Location, fixture.Past);
        moved.Status.ShouldBe(200, moved.Text);
        var location = new Dictionary<string, string> { ["Location"] = Client.PathOf(moved.Key) };
        await DeliverAsync(moved with { Status = 201, Headers = location });
        var (content, attributes) = await ArrivedAsync("sooner.txt");
        content.ShouldBe("hello"u8.ToArray());
        attributes.Metadata["origin"].ShouldBe("test");
    }

    [Fact]
    public async Task Rescheduling_to_the_same_time_changes_nothing()
    {
        var posted = await Client.PostAsync(Pending("same-time.txt"));
        (await Client.RescheduleAsync(posted.Location, posted.DueAt)).Key.ShouldBe(posted.Key);
        (await Client.GetAsync(posted.Location)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Rescheduling_to_the_time_of_other_content_is_a_conflict()
    {
        var (first, second) = (fixture.Tomorrow, fixture.Tomorrow.AddHours(1));
        var mine = await Client.PostAsync(Form.To(fixture.Bucket, "taken.txt").DueAt(first).With("content", "mine"));
        var other = await Client.PostAsync(Form.To(fixture.Bucket, "taken.txt").DueAt(second).With("content", "other"));
        (await Client.RescheduleAsync(mine.Location, other.DueAt)).ShouldBeProblem(409, other.Key);
        (await Client.GetAsync($"{mine.Location}/content")).Text.ShouldBe("mine");
        (await Client.GetAsync($"{other.Location}/content")).Text.ShouldBe("other");
    }

    [Fact]
    public async Task A_schedule_that_is_already_due_cannot_be_rescheduled_and_is_delivered()
    {
        var posted = await Client.PostAsync(Form.To(fixture.Bucket, "too-late-to-move.txt").With("delay", "PT0S"));
        (await Client.RescheduleAsync(posted.Location, fixture.Tomorrow)).ShouldBeProblem(409, "not rescheduled");
        await DeliverAsync(posted);
    }

    [Theory]
    [InlineData("{}", "dueAt")]
    [InlineData("""{"dueAt":null}""", "dueAt")]
    [InlineData("""{"dueAt":""}""", "dueAt")]
    [InlineData("""{"dueAt":"tomorrow"}""", "dueAt")]
    [InlineData("""{"dueAt":1927967400}""", "dueAt")]
    [InlineData("""{"dueAt":"2030-02-30T00:00:00Z"}""", "dueAt")]
    [InlineData("""{"dueAt":"2030-01-01T00:00:00Z","bucket":"other"}""", "bucket")]
    [InlineData("""{"due":"2030-01-01T00:00:00Z"}""", "due", "dueAt")]
    public async Task A_wrong_member_is_named_and_nothing_changes(string body, params string[] members)
    {
        var posted = await Client.PostAsync(Pending("wrong-member.txt"));
        (await Client.PatchAsync(posted.Location, body)).ShouldBeFaultOf(members);
        (await Client.GetAsync(posted.Location)).Status.ShouldBe(200);
        (await Client.DeleteAsync(posted.Location)).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("null"), InlineData("[]"), InlineData("\"2030-01-01T00:00:00Z\"")]
    [InlineData("""{"dueAt":true}""")]
    [InlineData("""{"dueAt":"2030-01-01T00:00:00Z"}}""")]
    public async Task A_body_that_is_not_the_expected_JSON_is_a_400(string body)
    {
        var posted = await Client.PostAsync(Pending("malformed.txt"));
        (await Client.PatchAsync(posted.Location, body)).ShouldBeProblem(400, "JSON");
        (await Client.GetAsync(posted.Location)).Status.ShouldBe(200);
        (await Client.DeleteAsync(posted.Location)).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData("text/plain"), InlineData("application/xml"), InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_of_another_type_is_a_415(string type) =>
        (await Client.PatchAsync(Client.PathOf("a"), """{"dueAt":"2030-01-01T00:00:00Z"}""", type))
            .ShouldBeProblem(415);

    [Fact]
    public async Task A_schedule_that_does_not_exist_is_a_404_whatever_is_asked()
    {
        const string Key = "2030-01-01T00:00:00.000Z|reports|not-there";
        var path = Client.PathOf(Key);
        (await Client.GetAsync(path)).ShouldBeProblem(404, Key);
        (await Client.GetAsync($"{path}/content")).ShouldBeProblem(404, Key);
        (await Client.DeleteAsync(path)).ShouldBeProblem(404, Key);
        (await Client.RescheduleAsync(path, fixture.Tomorrow)).ShouldBeProblem(404, Key);
        (await Client.RetryAsync(path)).ShouldBeProblem(404, Key);
    }

    [Fact]
    public async Task A_cancelled_schedule_is_gone()
    {
        var posted = await Client.PostAsync(Pending("cancelled.txt"));
        var cancelled = await Client.DeleteAsync(posted.Location);
        cancelled.Status.ShouldBe(204, cancelled.Text);
        cancelled.Body.ShouldBeEmpty();
        (await Client.DeleteAsync(posted.Location)).ShouldBeProblem(404, posted.Key);
        (await Client.GetAsync(posted.Location)).ShouldBeProblem(404);
        (await Client.GetAsync($"{posted.Location}/content")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_schedule_that_is_already_due_cannot_be_cancelled_and_is_delivered()
    {
        var posted = await Client.PostAsync(Form.To(fixture.Bucket, "too-late.txt").With("delay", "PT0S"));
        (await Client.DeleteAsync(posted.Location)).ShouldBeProblem(409, "not cancelled");
        await DeliverAsync(posted);
        (await ArrivedAsync("too-late.txt")).Content.ShouldBe("hello"u8.ToArray());
    }

    [Theory]
    [InlineData("nothing"), InlineData("2030-01-01T00:00:00.000Z|reports")]
    [InlineData("2030-01-01T00:00:00Z|reports|a"), InlineData("2030-01-01T00:00:00.000+00:00|reports|a")]
    [InlineData("2030-13-01T00:00:00.000Z|reports|a"), InlineData("2030-01-01T00:00:00.000Z|R|a")]
    [InlineData("2030-01-01T00:00:00.000Z|reports|a/b"), InlineData("2030-01-01T00:00:00.000Z|reports|~2f")]
    [InlineData("2030-01-01T00:00:00.000Z|reports|~FF"), InlineData("2030-01-01T00:00:00.000Z|reports|a|b")]
    [InlineData("schedules/2030-01-01T00:00:00.000Z|reports|a"), InlineData("|||"), InlineData(".probe")]
    [InlineData("%"), InlineData("~")]
    public async Task A_key_that_no_schedule_can_have_is_a_400_that_shows_a_key(string key)
    {
        var path = Client.PathOf(key);
        foreach (var answer in (Answer[])[
            await Client.GetAsync(path), await Client.GetAsync($"{path}/content"), await Client.DeleteAsync(path),
            await Client.RescheduleAsync(path, fixture.Tomorrow), await Client.RetryAsync(path)])
        {
            answer.ShouldBeFaultOf("key").ShouldContain("can't be a schedule's key");
            answer.ShouldBeProblem(400, "such as 2030-01-01T00:00:00.000Z|reports|2026~~daily.json");
        }

        (await Client.SendAsync(HttpMethod.Head, path)).Status.ShouldBe(400);
        (await Client.SendAsync(HttpMethod.Head, $"{path}/content")).Status.ShouldBe(400);
    }
}
