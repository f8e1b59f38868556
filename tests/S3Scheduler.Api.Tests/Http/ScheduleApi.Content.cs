using Microsoft.Extensions.DependencyInjection;

namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    private static readonly byte[] Big = RandomBytes((int)StreamedContent.Threshold * 5 / 2 + 1);

    [Fact]
    public async Task Content_of_any_size_arrives_unchanged()
    {
        var random = new byte[3 << 20];
        new Random(20261121).NextBytes(random);
        var contents = new Dictionary<string, byte[]>
        {
            ["size/empty"] = [],
            ["size/one"] = [0],
            ["size/at-threshold"] = random[..(64 * 1024)],
            ["size/over-threshold"] = random[..(64 * 1024 + 1)],
            ["size/3mb"] = random,
            ["size/like-a-form"] = Encoding.UTF8.GetBytes("\r\n\r\n--\r\n----boundar\r\n--"),
        };

        var posted = new List<Answer>();
        foreach (var (key, content) in contents)
        {
            posted.Add(await Client.PostAsync(Soon(key).File(content)));
            posted[^1].Json.GetProperty("size").GetInt64().ShouldBe(content.Length);
        }

        await DeliverAsync(posted);
        foreach (var (key, content) in contents)
            (await ArrivedAsync(key)).Content.AsSpan().SequenceEqual(content).ShouldBeTrue(key);
    }

    [Fact]
    public async Task Content_type_metadata_and_headers_arrive_with_the_content()
    {
        var posted = await Client.PostAsync(Soon("all.csv").With(new Part("content", "a,b", "text/csv; header=present"))
            .With("x-amz-meta-team", "billing").With("X-AMZ-Meta-Owner.Id-2", "a  b=c;\"d\"")
            .With("cache-control", "max-age=60").With("Content-Disposition", "attachment; filename=\"a b.csv\"")
            .With("Content-Encoding", "identity").With("Content-Language", "de, en"));

        posted["contentType"].ShouldBe("text/csv; header=present");
        await DeliverAsync(posted);
        var (content, attributes) = await ArrivedAsync("all.csv");
        content.ShouldBe("a,b"u8.ToArray());
        attributes.ContentType.ShouldBe("text/csv; header=present");
        attributes.CacheControl.ShouldBe("max-age=60");
        attributes.ContentDisposition.ShouldBe("attachment; filename=\"a b.csv\"");
        attributes.ContentEncoding.ShouldBe("identity");
        attributes.ContentLanguage.ShouldBe("de, en");
        attributes.Metadata["team"].ShouldBe("billing");
        attributes.Metadata["owner.id-2"].ShouldBe("a  b=c;\"d\"");
        attributes.Metadata.Keys.Order().ShouldBe(["owner.id-2", "schedule-id", "team"]);
    }

    [Fact]
    public async Task Pending_content_has_its_type_and_length_and_headers_that_stop_browsers_from_running_it()
    {
        var posted = await Client.PostAsync(Pending("page.html").With(new Part("content", "<script>", "text/html"))
            .With("Content-Disposition", "inline; filename=page.html"));
        var read = await Client.GetAsync($"{posted.Location}/content");
        read.Status.ShouldBe(200);
        read.Text.ShouldBe("<script>");
        read.Type.ShouldBe("text/html");
        read.Headers["Content-Length"].ShouldBe("8");
        read.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
        read.Headers["Content-Security-Policy"].ShouldStartWith("sandbox; default-src 'none'");
        read.Headers["Cache-Control"].ShouldBe("no-store");
        read.Headers["Content-Disposition"].ShouldBe("attachment; filename=page.html");
    }

    [Theory]
    [InlineData("?redirect=maybe"), InlineData("?redirect"), InlineData("?redirect=true&x=1"), InlineData("?rest")]
    public async Task Content_has_no_other_parameter_than_redirect(string query)
    {
        var posted = await Client.PostAsync(Pending("queried"));
        (await Client.GetAsync($"{Client.PathOf(posted.Key)}/content{query}")).ShouldBeProblem(400, "redirect=false");
    }

    [Fact]
    public async Task Big_content_is_stored_as_it_arrives_and_delivered_unchanged()
    {
        var posted = await Client.PostAsync(BigLast(Soon("big/whole")));
        (posted.Status, posted.Json.GetProperty("size").GetInt64()).ShouldBe((201, Big.Length));
        await DeliverAsync(posted);
        (await ArrivedAsync("big/whole")).Content.AsSpan().SequenceEqual(Big).ShouldBeTrue();
    }

    [Fact]
    public async Task Big_content_posted_again_is_the_same_schedule_and_other_content_is_a_conflict()
    {
        var posted = await Client.PostAsync(BigLast(Pending("big/again")));
        byte[] other = [.. Big[..^1], (byte)~Big[^1]];
        (await Client.PostAsync(BigLast(Pending("big/again").DueAt(posted.DueAt)))).Status.ShouldBe(200);
        (await Client.PostAsync(BigLast(Pending("big/again").DueAt(posted.DueAt), other))).ShouldBeProblem(409);
        (await Client.GetAsync($"{posted.Location}/content")).Body.AsSpan().SequenceEqual(Big).ShouldBeTrue();
    }

    [Fact]
    public async Task Big_content_can_be_rescheduled()
    {
        var posted = await Client.PostAsync(BigLast(Pending("big/later").With("x-amz-meta-team", "billing")));
        var later = await Client.RescheduleAsync(posted.Location, posted.DueAt.AddHours(1));
        later.Status.ShouldBe(200, later.Text);
        (await Client.GetAsync(posted.Location)).Status.ShouldBe(404);
        var read = await Client.GetAsync(Client.PathOf(later.Key));
        read.Json.GetProperty("metadata").GetProperty("team").GetString().ShouldBe("billing");
        (await Client.GetAsync($"{Client.PathOf(later.Key)}/content")).Body.AsSpan().SequenceEqual(Big).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public async Task Big_content_at_any_place_of_the_form_arrives_unchanged(int place)
    {
        var form = Soon($"big/at/{place}").Without("content").And(new Part("Cache-Control", "no-cache"))
            .And(new Part("x-amz-meta-team", "billing"));
        var parts = form.Parts.ToList();
        parts.Insert(place, new Part("content", Big, "text/csv", "big.csv"));

        var posted = await Client.PostAsync(Form.Of([.. parts]));

        (posted.Status, (string)posted["contentType"]!).ShouldBe((201, "text/csv"), posted.Text);
        await DeliverAsync(posted);
        var (content, attributes) = await ArrivedAsync($"big/at/{place}");
        content.AsSpan().SequenceEqual(Big).ShouldBeTrue();
        (attributes.CacheControl, attributes.Metadata["team"]).ShouldBe(("no-cache", "billing"));
        await ShouldHaveNothingStagedAsync();
    }

    [Fact]
    public async Task A_form_that_turns_out_wrong_after_big_content_is_refused_and_nothing_is_stored()
    {
        var form = BigLast(Pending("big/wrong")).And(new Part("Cache-Control", "no-cache"))
            .And(new Part("cache-control", "no-store"));
        (await Client.PostAsync(form)).ShouldBeFaultOf("Cache-Control");
        await ShouldHaveNothingToAsync("big/wrong");
    }

    [Fact]
    public async Task A_form_that_breaks_off_after_big_content_is_refused_and_nothing_is_stored()
    {
        using var whole = BigLast(Pending("big/cut")).ToContent();
        using var cut = new ByteArrayContent((await whole.ReadAsByteArrayAsync(Core.Cancellation))[..^20]);
        cut.Headers.ContentType = whole.Headers.ContentType;
        (await Client.SendAsync(HttpMethod.Post, "/schedules", cut)).ShouldBeProblem(400, "closing boundary");
        await ShouldHaveNothingToAsync("big/cut");
    }

    private static Form BigLast(Form form, byte[]? content = null) => form.Without("content").File(content ?? Big);

    private async Task ShouldHaveNothingToAsync(string key)
    {
        var pages = await Client.PagesAsync("limit=1000");
        KeysOf(pages).ShouldNotContain(k =>
            k.EndsWith(key.Replace("/", "~~", StringComparison.Ordinal), StringComparison.Ordinal));
        await ShouldHaveNothingStagedAsync();
    }

    private async Task ShouldHaveNothingStagedAsync()
    {
        var folder = _service.Services.GetRequiredService<ScheduleFolder>();
        var page = await _service.Store.ListAsync(folder.Bucket, folder.StagingPrefix, "", 10, Core.Cancellation);
        page.Objects.ShouldBeEmpty();
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(20261122).NextBytes(bytes);
        return bytes;
    }
}
