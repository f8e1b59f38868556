using System.Globalization;

namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    [Fact]
    public async Task A_post_is_answered_201_with_the_schedule_and_a_Location_that_works_as_given()
    {
        var client = (await fixture.StartAsync()).Client;
        var form = Pending("2026/daily.json").With(new Part("content", "{}", "application/json")).With("x-amz-meta-Team", "billing");

        var posted = await client.PostAsync(form);
        posted.Status.ShouldBe(201, posted.Text);
        posted.Type.ShouldBe("application/json; charset=utf-8");
        var schedule = posted.Json;
        schedule.EnumerateObject().Select(p => p.Name).ShouldBe(
            ["key", "status", "dueAt", "destination", "size", "createdAt", "contentType", "metadata"]);
        var dueAt = schedule.GetProperty("dueAt").GetString().ShouldNotBeNull();
        schedule.GetProperty("key").GetString().ShouldBe($"{dueAt}|{fixture.Bucket}|2026~~daily.json");
        schedule.GetProperty("status").GetString().ShouldBe("pending");
        schedule.GetProperty("destination").GetRawText().ShouldBe($$"""{"bucket":"{{fixture.Bucket}}","key":"2026/daily.json"}""");
        schedule.GetProperty("size").GetInt64().ShouldBe(2);
        schedule.GetProperty("contentType").GetString().ShouldBe("application/json");
        schedule.GetProperty("metadata").GetRawText().ShouldBe("""{"team":"billing"}""");
        foreach (var time in (string[])[dueAt, schedule.GetProperty("createdAt").GetString()!])
        {
            DateTime.TryParseExact(time, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                .ShouldBeTrue(time);
        }

        var read = await client.GetAsync(posted.Location);
        read.Status.ShouldBe(200);
        // Stored at nearly the same moment as answered: whole seconds may differ by one.
        read.Text.Replace(read.Json.GetProperty("createdAt").GetString()!, "now", StringComparison.Ordinal)
            .ShouldBe(posted.Text.Replace(schedule.GetProperty("createdAt").GetString()!, "now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_post_again_is_answered_200_with_the_same_schedule()
    {
        var client = (await fixture.StartAsync()).Client;
        var form = Pending("again.txt").With(new Part("content", "same", "text/plain; charset=utf-8"))
            .With("x-amz-meta-a", "1").With("x-amz-meta-b", "two  spaces").With("x-amz-meta-empty", "").With("x-amz-meta-under_score", "1").With("Content-Language", "de, en");

        var first = await client.PostAsync(form);
        var again = await client.PostAsync(Form.Of([.. form.Parts.Reverse()]));

        first.Status.ShouldBe(201, first.Text);
        again.Status.ShouldBe(200, again.Text);
        again.Json.GetProperty("size").GetInt64().ShouldBe(4);
        again.Key.ShouldBe(first.Key);
    }

    [Fact]
    public async Task A_post_of_another_content_type_header_or_metadata_is_answered_409_and_changes_nothing()
    {
        var client = (await fixture.StartAsync()).Client;
        var first = Pending("first.txt").With(new Part("content", "first", "text/plain")).With("x-amz-meta-a", "1");
        var posted = await client.PostAsync(first);
        var before = await client.GetAsync(posted.Location);

        foreach (var other in (Form[])[
            first.With(new Part("content", "other", "text/plain")),
            first.With(new Part("content", "first and more", "text/plain")),
            first.With(new Part("content", "", "text/plain")),
            first.With(new Part("content", "first", "text/html")),
            first.With("x-amz-meta-a", "2"),
            first.With("x-amz-meta-b", "1"),
            first.Without("x-amz-meta-a"),
            first.With("Cache-Control", "no-cache"),
        ])
        {
            (await client.PostAsync(other)).ShouldBeProblem(409).ShouldContain(posted.Key);
        }

        (await client.GetAsync(posted.Location)).Text.ShouldBe(before.Text);
        (await client.GetAsync($"{posted.Location}/content")).Text.ShouldBe("first");
    }

    [Fact]
    public async Task What_is_due_already_is_delivered_without_delay_however_often_it_is_posted()
    {
        var client = (await fixture.StartAsync()).Client;
        var past = Form.To(fixture.Bucket, "past.txt").DueAt("2001-01-01T00:00:00Z");

        var first = await client.PostAsync(past.With("content", "first"));
        var second = await client.PostAsync(past.With("content", "second"));
        var third = await client.PostAsync(Form.To(fixture.Bucket, "past-too.txt").With("delay", "PT0S"));
        string.CompareOrdinal(first.Key, second.Key).ShouldBeLessThan(0);

        await DeliverAsync(first, second, third);
        (await ArrivedAsync("past.txt")).Content.ShouldBe("second"u8.ToArray());
        (await ArrivedAsync("past-too.txt")).Content.ShouldBe("hello"u8.ToArray());
    }
}
