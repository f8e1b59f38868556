namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    private static readonly byte[] Big = RandomBytes((int)StreamedContent.Threshold * 5 / 2 + 1);

    [Fact]
    public async Task Big_content_is_stored_as_it_arrives_and_delivered_unchanged()
    {
        var client = (await fixture.StartAsync()).Client;

        var posted = await client.PostAsync(BigLast(Soon("big/whole")));

        (posted.Status, posted.Json.GetProperty("size").GetInt64()).ShouldBe((201, Big.Length));
        await DeliverAsync(posted);
        (await ArrivedAsync("big/whole")).Content.AsSpan().SequenceEqual(Big).ShouldBeTrue();
    }

    [Fact]
    public async Task Big_content_posted_again_is_the_same_schedule_and_other_content_a_conflict()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(BigLast(Pending("big/again")));
        byte[] other = [.. Big[..^1], (byte)~Big[^1]];

        (await client.PostAsync(BigLast(Pending("big/again").DueAt(DueAt(posted))))).Status.ShouldBe(200);
        (await client.PostAsync(BigLast(Pending("big/again").DueAt(DueAt(posted)), other))).ShouldBeProblem(409);
        (await client.GetAsync($"{posted.Location}/content")).Body.AsSpan().SequenceEqual(Big).ShouldBeTrue();
    }

    [Fact]
    public async Task Big_content_can_be_rescheduled()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(BigLast(Pending("big/later").With("x-amz-meta-team", "billing")));

        var later = await client.RescheduleAsync(posted.Location, DateTimeOffset.Parse(DueAt(posted), null).AddHours(1));

        later.Status.ShouldBe(200, later.Text);
        (await client.GetAsync(posted.Location)).Status.ShouldBe(404);
        var read = await client.GetAsync(Client.PathOf(later.Key));
        read.Json.GetProperty("metadata").GetProperty("team").GetString().ShouldBe("billing");
        (await client.GetAsync($"{Client.PathOf(later.Key)}/content")).Body.AsSpan().SequenceEqual(Big).ShouldBeTrue();
    }

    [Fact]
    public async Task A_form_that_goes_on_after_a_big_content_is_refused_and_nothing_is_stored()
    {
        var client = (await fixture.StartAsync()).Client;
        var form = BigLast(Pending("big/not-last")).And(new Part("Cache-Control", "no-cache"));

        (await client.PostAsync(form)).ShouldBeProblem(400).ShouldContain("last part");
        await ShouldHaveNothingToAsync("big/not-last");
    }

    [Fact]
    public async Task A_big_content_before_the_fields_that_say_where_it_goes_is_refused_by_name()
    {
        var client = (await fixture.StartAsync()).Client;
        var form = BigLast(Pending("big/first"));
        form = Form.Of([form.Parts[^1], .. form.Parts.SkipLast(1)]);

        var refusal = await client.PostAsync(form);
        refusal.ShouldBeFaultOf("content", "dueAt", "bucket", "key").ShouldContain("last part");
        refusal.ShouldBeProblem(400).ShouldStartWith("Nothing was changed. content:", Case.Sensitive, "That is why the others are missing.");
        await ShouldHaveNothingToAsync("big/first");
    }

    [Fact]
    public async Task A_form_that_breaks_off_after_a_big_content_is_refused_and_nothing_is_stored()
    {
        var client = (await fixture.StartAsync()).Client;
        using var whole = BigLast(Pending("big/cut")).ToContent();
        using var cut = new ByteArrayContent((await whole.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))[..^20]);
        cut.Headers.ContentType = whole.Headers.ContentType;

        (await client.SendAsync(HttpMethod.Post, "/schedules", cut)).ShouldBeProblem(400).ShouldContain("closing boundary");
        await ShouldHaveNothingToAsync("big/cut");
    }

    private static string DueAt(Answer posted) => posted.Json.GetProperty("dueAt").GetString()!;

    private static Form BigLast(Form form, byte[]? content = null) => form.Without("content").File(content ?? Big);

    private async Task ShouldHaveNothingToAsync(string key)
    {
        var pages = await (await fixture.StartAsync()).Client.PagesAsync("limit=1000");
        KeysOf(pages).ShouldNotContain(k => k.EndsWith(key.Replace("/", "~~", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(20261122).NextBytes(bytes);
        return bytes;
    }
}
