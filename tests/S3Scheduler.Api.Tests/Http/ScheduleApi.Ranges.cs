namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    [Fact]
    public async Task HEAD_answers_as_GET_does_without_the_body()
    {
        var posted = await Client.PostAsync(Pending("head").With(new Part("content", "0123456789", "text/csv"))
            .With("Content-Language", "de").With("Content-Disposition", "inline").With("Content-Encoding", "identity"));
        var missing = Client.PathOf("2030-01-01T00:00:00.000Z|reports|missing");

        foreach (var path in (string[])[posted.Location, $"{posted.Location}/content", missing, $"{missing}/content",
            "/schedules/a"])
        {
            var (get, head) = (await Client.GetAsync(path), await Client.SendAsync(HttpMethod.Head, path));
            head.Status.ShouldBe(get.Status, path);
            head.Body.ShouldBeEmpty();
            Compared(head).ShouldBe(Compared(get), path);
        }

        var content = await Client.SendAsync(HttpMethod.Head, $"{posted.Location}/content");
        content.Headers["Content-Length"].ShouldBe("10");
        content.Headers["Accept-Ranges"].ShouldBe("bytes");

        static IEnumerable<string> Compared(Answer answer) => answer.Headers
            .Where(h => h.Key is not ("Date" or "X-Request-ID" or "Transfer-Encoding" or "Content-Length")
                || h.Key == "Content-Length" && answer.Status == 200)
            .Select(h => $"{h.Key}: {h.Value}").Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("bytes=0-0", 206, "0", "bytes 0-0/10")]
    [InlineData("bytes=2-4", 206, "234", "bytes 2-4/10")]
    [InlineData("bytes=7-", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=7-99", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-2", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=-99", 206, "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=0-1,3-4", 200, "0123456789", null)]
    [InlineData("items=0-1", 200, "0123456789", null)]
    [InlineData("nonsense", 200, "0123456789", null)]
    public async Task A_range_of_content_can_be_read(string range, int status, string body, string? contentRange)
    {
        var path = await PostDigitsAsync();
        var read = await ReadAsync(path, ("Range", range));
        read.Status.ShouldBe(status);
        read.Text.ShouldBe(body);
        read.Type.ShouldBe("text/csv");
        read.Headers["Content-Length"].ShouldBe($"{body.Length}");
        read.Headers["Accept-Ranges"].ShouldBe("bytes");
        read.Headers.GetValueOrDefault("Content-Range").ShouldBe(contentRange);
        read.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
        read.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Theory]
    [InlineData("bytes=10-"), InlineData("bytes=99-100"), InlineData("bytes=-0")]
    public async Task A_range_outside_the_content_is_a_416_that_tells_the_length(string range)
    {
        var path = await PostDigitsAsync();
        var read = await ReadAsync(path, ("Range", range));
        read.ShouldBeProblem(416, "10 bytes");
        read.Headers["Content-Range"].ShouldBe("bytes */10");
    }

    [Fact]
    public async Task Content_that_the_client_has_is_not_sent_again()
    {
        var path = await PostDigitsAsync();
        var etag = (await Client.GetAsync(path)).Headers["ETag"];
        etag.ShouldStartWith("\"");
        foreach (var same in (string[])[etag, $"\"other\", {etag}", $"W/{etag}", "*"])
        {
            var read = await ReadAsync(path, ("If-None-Match", same));
            (read.Status, read.Body.Length).ShouldBe((304, 0), same);
            read.Headers["ETag"].ShouldBe(etag);
        }
        (await ReadAsync(path, ("If-None-Match", "\"other\""))).Text.ShouldBe("0123456789");
        (await ReadAsync(path, ("If-Match", etag))).Text.ShouldBe("0123456789");
        (await ReadAsync(path, ("If-Match", "\"other\""))).ShouldBeProblem(412, "If-Match");
    }

    [Fact]
    public async Task A_range_of_other_content_is_answered_with_all_bytes()
    {
        var path = await PostDigitsAsync();
        var etag = (await Client.GetAsync(path)).Headers["ETag"];
        (await ReadAsync(path, ("Range", "bytes=2-4"), ("If-Range", etag))).Text.ShouldBe("234");
        foreach (var other in (string[])["\"other\"", $"W/{etag}", "Sat, 01 Jan 2000 00:00:00 GMT"])
        {
            var read = await ReadAsync(path, ("Range", "bytes=2-4"), ("If-Range", other));
            (read.Status, read.Text).ShouldBe((200, "0123456789"), other);
        }
    }

    private async Task<string> PostDigitsAsync()
    {
        var posted = await Client.PostAsync(Pending("digits").With(new Part("content", "0123456789", "text/csv")));
        return $"{Client.PathOf(posted.Key)}/content";
    }

    private async Task<Answer> ReadAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await Client.SendAsync(request);
    }
}
