namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    private static readonly string[] OddKeys =
    [
        "a/b/c.txt", "50%.txt", "a%2Fb", "%2f", "a+b", "a b c", " leading and trailing ", "😀/ümläut/日本", "~~", "~",
        "a~~b/~7E",
        "..", "../up", "a/../b", "a//b", "trailing/", "a|b", "?query=1&x", "#fragment", "a\\b", "\"<>'`{}",
        "a;b,c:d@e$f=g", ".hidden",
        "tab\tline\nend\r", "%00", "%", "a%zz", "*", "[x]", "e\u0301",
    ];

    [Fact]
    public async Task A_post_is_answered_201_with_the_schedule_and_a_Location_that_can_be_read()
    {
        var form = Pending("2026/daily.json").With(new Part("content", "{}", "application/json"))
            .With("x-amz-meta-Team", "billing");

        var posted = await Client.PostAsync(form);
        posted.Status.ShouldBe(201, posted.Text);
        posted.Type.ShouldBe("application/json; charset=utf-8");
        var schedule = posted.Json;
        schedule.EnumerateObject().Select(p => p.Name).ShouldBe(
            ["key", "status", "dueAt", "destination", "size", "createdAt", "contentType", "metadata"]);
        var dueAt = schedule.GetProperty("dueAt").GetString().ShouldNotBeNull();
        schedule.GetProperty("key").GetString().ShouldBe($"{dueAt}|{fixture.Bucket}|2026~~daily.json");
        schedule.GetProperty("status").GetString().ShouldBe("pending");
        schedule.GetProperty("destination").GetRawText()
            .ShouldBe($$"""{"bucket":"{{fixture.Bucket}}","key":"2026/daily.json"}""");
        schedule.GetProperty("size").GetInt64().ShouldBe(2);
        posted["contentType"].ShouldBe("application/json");
        schedule.GetProperty("metadata").GetRawText().ShouldBe("""{"team":"billing"}""");
        var createdAt = posted["createdAt"]!;
        foreach (var time in (string[])[dueAt, createdAt])
            DateTime.TryParseExact(time, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null, default, out _).ShouldBeTrue(time);

        var read = await Client.GetAsync(posted.Location);
        read.Status.ShouldBe(200);
        // The post knows the time of storing only to about a second.
        read.Text.Replace(read["createdAt"]!, createdAt, StringComparison.Ordinal).ShouldBe(posted.Text);
    }

    [Fact]
    public async Task The_same_post_again_is_answered_200_with_the_same_schedule()
    {
        var form = Pending("again.txt").With(new Part("content", "same", "text/plain; charset=utf-8"))
            .With("x-amz-meta-a", "1").With("x-amz-meta-b", "two  spaces").With("x-amz-meta-empty", "")
                .With("x-amz-meta-under_score", "1").With("Content-Language", "de, en");
        var first = await Client.PostAsync(form);
        var again = await Client.PostAsync(Form.Of([.. form.Parts.Reverse()]));
        first.Status.ShouldBe(201, first.Text);
        again.Status.ShouldBe(200, again.Text);
        again.Json.GetProperty("size").GetInt64().ShouldBe(4);
        again.Key.ShouldBe(first.Key);
    }

    [Fact]
    public async Task A_post_of_another_content_type_header_or_metadata_is_answered_409_and_changes_nothing()
    {
        var first = Pending("first.txt").With(new Part("content", "first", "text/plain")).With("x-amz-meta-a", "1");
        var posted = await Client.PostAsync(first);
        var before = await Client.GetAsync(posted.Location);

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
            (await Client.PostAsync(other)).ShouldBeProblem(409, posted.Key);
        }

        (await Client.GetAsync(posted.Location)).Text.ShouldBe(before.Text);
        (await Client.GetAsync($"{posted.Location}/content")).Text.ShouldBe("first");
    }

    [Fact]
    public async Task A_schedule_that_is_already_due_is_delivered_at_once_each_time_it_is_posted()
    {
        var past = Form.To(fixture.Bucket, "past.txt").DueAt(fixture.Past);
        var first = await Client.PostAsync(past.With("content", "first"));
        var second = await Client.PostAsync(past.With("content", "second"));
        var third = await Client.PostAsync(Form.To(fixture.Bucket, "past-too.txt").With("delay", "PT0S"));
        string.CompareOrdinal(first.Key, second.Key).ShouldBeLessThan(0);
        await DeliverAsync(first, second, third);
        (await ArrivedAsync("past.txt")).Content.ShouldBe("second"u8.ToArray());
        (await ArrivedAsync("past-too.txt")).Content.ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public async Task A_due_time_that_is_too_far_in_the_past_is_a_400_that_says_so()
    {
        const string LastYear = "2025-01-01T00:00:00Z";
        var form = Form.To(fixture.Bucket, "typo.txt");
        (await Client.PostAsync(form.DueAt(LastYear))).ShouldBeFaultOf("dueAt").ShouldContain("Scheduler:MaxLateness");
        (await Client.PostAsync(form.DueAt(fixture.Past - TimeSpan.FromHours(2)))).ShouldBeFaultOf("dueAt");
        (await Client.PostAsync(BigLast(form.DueAt(LastYear)))).ShouldBeFaultOf("dueAt");
        (await ListAsync("keyPrefix=typo.txt")).ShouldBeEmpty();

        var posted = await Client.PostAsync(Pending("typo.txt"));
        (await Client.PatchAsync(posted.Location, $$"""{"dueAt":"{{LastYear}}"}""")).ShouldBeFaultOf("dueAt")
            .ShouldContain("is too far in the past");
        (await ListAsync("keyPrefix=typo.txt")).ShouldBe([posted.Key]);
    }

    [Fact]
    public async Task A_schedule_to_any_key_can_be_posted_read_listed_and_cancelled()
    {
        var (from, to) = (fixture.Tomorrow.AddYears(1), fixture.Tomorrow.AddYears(2));
        var window = $"from={from.UtcDateTime:O}&to={to.UtcDateTime:O}";
        var schedules = new Dictionary<string, Answer>();
        foreach (var key in OddKeys)
        {
            var posted = schedules[key] =
                await Client.PostAsync(Form.To(fixture.Bucket, key).DueAt(from).With("content", key));
            posted.Status.ShouldBe(201, posted.Text);
            var read = await Client.GetAsync(posted.Location);
            read.Status.ShouldBe(200, posted.Location);
            read.Json.GetProperty("destination").GetProperty("key").GetString().ShouldBe(key);
            read.Key.ShouldBe(posted.Key);
            (await Client.GetAsync($"{posted.Location}/content")).Text.ShouldBe(key);
        }

        var all = (await ListAsync(window)).ToList();
        all.Order(StringComparer.Ordinal).ShouldBe(schedules.Values.Select(s => s.Key).Order(StringComparer.Ordinal));
        (await ListAsync($"{window}&limit=4")).ShouldBe(all);

        foreach (var (key, posted) in schedules) (await Client.DeleteAsync(posted.Location)).Status.ShouldBe(204, key);
        (await ListAsync(window)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Content_is_delivered_to_exactly_the_key_that_was_posted()
    {
        // In a local store, a key cannot also be the folder of another key.
        var keys = OddKeys.Select((key, i) => $"odd-{i}/{key}").Concat(["/one-slash-is-dropped"]).ToList();
        var posted = new List<Answer>();
        foreach (var key in keys) posted.Add(await Client.PostAsync(Soon(key).With("content", key)));
        await DeliverAsync(posted);
        foreach (var key in keys)
            Encoding.UTF8.GetString((await ArrivedAsync(key.TrimStart('/'))).Content).ShouldBe(key);
    }
}
