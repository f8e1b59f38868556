namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    [Fact]
    public async Task Content_of_any_size_arrives_unchanged()
    {
        var client = (await fixture.StartAsync()).Client;
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
            posted.Add(await client.PostAsync(Soon(key).File(content)));
            posted[^1].Json.GetProperty("size").GetInt64().ShouldBe(content.Length);
        }

        await DeliverAsync(posted);
        foreach (var (key, content) in contents) (await ArrivedAsync(key)).Content.AsSpan().SequenceEqual(content).ShouldBeTrue(key);
    }

    [Fact]
    public async Task Content_type_metadata_and_headers_arrive_with_the_content()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Soon("all.csv").With(new Part("content", "a,b", "text/csv; header=present"))
            .With("x-amz-meta-team", "billing").With("X-AMZ-Meta-Owner.Id-2", "a  b=c;\"d\"")
            .With("cache-control", "max-age=60").With("Content-Disposition", "attachment; filename=\"a b.csv\"")
            .With("Content-Encoding", "identity").With("Content-Language", "de, en"));

        posted.Json.GetProperty("contentType").GetString().ShouldBe("text/csv; header=present");
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
    public async Task Pending_content_is_read_with_its_type_and_length_and_never_as_a_page_of_the_service()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Pending("page.html").With(new Part("content", "<script>", "text/html"))
            .With("Content-Disposition", "inline; filename=page.html"));

        var read = await client.GetAsync($"{posted.Location}/content");
        read.Status.ShouldBe(200);
        read.Text.ShouldBe("<script>");
        read.Type.ShouldBe("text/html");
        read.Headers["Content-Length"].ShouldBe("8");
        read.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
        read.Headers["Content-Security-Policy"].ShouldBe("sandbox");
        read.Headers["Cache-Control"].ShouldBe("no-store");
        read.Headers["Content-Disposition"].ShouldBe("inline; filename=page.html");
    }
}
