namespace S3Scheduler.Api.Tests.Http;

public sealed class SecurityHeaderTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private Client Client => fixture.Local.Client;

    [Theory]
    [InlineData("/schedules", true), InlineData("/schedules?limit=0", true), InlineData("/schedules/a", true)]
    [InlineData("/schedules/a/content", true), InlineData("/schedules/a/nothing", true)]
    [InlineData("/health/live", false), InlineData("/nothing", false), InlineData("/openapi.yaml", false)]
    [InlineData("/swagger/index.html", false), InlineData("/swagger/swagger-ui.css", false)]
    public async Task No_answer_can_be_framed_or_guessed_or_sent_on_and_none_about_schedules_is_kept(
        string path, bool isAboutSchedules)
    {
        var headers = (await Client.GetAsync(path)).Headers;
        headers["X-Content-Type-Options"].ShouldBe("nosniff");
        headers["X-Frame-Options"].ShouldBe("DENY");
        headers["Referrer-Policy"].ShouldBe("same-origin");
        headers["Cross-Origin-Resource-Policy"].ShouldBe("same-origin");
        headers["Content-Security-Policy"].ShouldStartWith("default-src 'none'; ");
        headers["Content-Security-Policy"].ShouldEndWith("frame-ancestors 'none'");
        if (isAboutSchedules) headers["Cache-Control"].ShouldBe("no-store");
    }

    [Theory]
    [InlineData("text/plain"), InlineData("text/plain; charset=utf-8"), InlineData("TEXT/Plain")]
    [InlineData("application/json"), InlineData("image/png"), InlineData("image/jpeg")]
    public async Task Content_that_a_browser_only_shows_is_answered_as_it_was_posted(string type) =>
        (await DispositionAsync(type, "inline; filename=a.b")).ShouldBe("inline; filename=a.b");

    [Theory]
    [InlineData("text/html"), InlineData("image/svg+xml"), InlineData("application/xhtml+xml"), InlineData("text/xml")]
    [InlineData("application/javascript"), InlineData("application/pdf"), InlineData("text/htm"), InlineData("a/b")]
    [InlineData("multipart/x-mixed-replace"), InlineData("application/octet-stream")]
    public async Task Other_content_is_an_attachment_that_keeps_its_file_name(string type)
    {
        (await DispositionAsync(type, "inline; filename=a.b")).ShouldBe("attachment; filename=a.b");
        (await DispositionAsync(type, "attachment; filename=\"a b\"")).ShouldBe("attachment; filename=\"a b\"");
        (await DispositionAsync(type, ";,nonsense")).ShouldBe("attachment");
        (await DispositionAsync(type, null)).ShouldBe("attachment");
    }

    [Fact]
    public async Task Content_has_no_origin_and_can_load_nothing()
    {
        var posted = await PostAsync("text/plain", null);
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            (await Client.SendAsync(method, $"{posted.Location}/content")).Headers["Content-Security-Policy"]
                .ShouldBe("sandbox; default-src 'none'; frame-ancestors 'none'");
    }

    private async Task<string?> DispositionAsync(string type, string? disposition)
    {
        var posted = await PostAsync(type, disposition);
        var read = await Client.GetAsync($"{posted.Location}/content");
        read.Status.ShouldBe(200, read.Text);
        return read.Headers.GetValueOrDefault("Content-Disposition");
    }

    private async Task<Answer> PostAsync(string type, string? disposition)
    {
        var form = Form.To("reports", $"{type} {disposition}").DueAt("2030-01-01T00:00:00Z")
            .With(new Part("content", "hello", type));
        var posted = await Client.PostAsync(
            disposition is null ? form : form.With("Content-Disposition", disposition));
        posted.Status.ShouldBeOneOf(200, 201);
        return posted;
    }
}
