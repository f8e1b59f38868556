using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;
using S3Scheduler.Api.Tests.Http.Fuzz;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>Requests that are too large.</summary>
public sealed class LimitTests
{
    private static readonly Form Valid = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z");

    [Theory]
    [InlineData(0), InlineData(1)]
    [InlineData(100_000)]
    public async Task Content_has_at_most_the_configured_bytes_and_other_fields_are_not_counted(int limit)
    {
        using var local = new LocalService(("Scheduler:MaxContentBytes", $"{limit}"));
        var exact =
            await local.Client.PostAsync(Valid.File(new byte[limit]).With("x-amz-meta-a", new string('v', 1000)));
        exact.Status.ShouldBe(201, exact.Text);
        var before = local.Files();
        var other = Valid.With("key", "b");
        (await local.Client.PostAsync(other.File(new byte[limit + 1]))).ShouldBeProblem(413, $"{limit} bytes");
        (await local.Client.PostAsync(other.File(new byte[limit + 500_000]))).ShouldBeProblem(413);
        local.Files().ShouldBe(before);
    }

    [Theory]
    [InlineData(1001, false), InlineData(1001, true)]
    [InlineData(3 << 20, false)]
    [InlineData(3 << 20, true)]
    public async Task Content_over_the_limit_is_refused_whether_its_length_is_announced_or_not(int size, bool chunked)
    {
        using var local = new LocalService(("Scheduler:MaxContentBytes", "1000"));
        await ShouldBeTooLargeAsync(
            local, HttpMethod.Post, "/schedules", Valid.File(new byte[size]).ToContent(), chunked, "1000 bytes");
        (await local.Client.GetAsync("/schedules")).Json.GetProperty("schedules").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Big_content_over_the_limit_is_refused_and_leaves_nothing_in_the_store(bool chunked)
    {
        const int Limit = 20 << 20;
        using var local = new LocalService(("Scheduler:MaxContentBytes", $"{Limit}"));
        (await local.Client.PostAsync(Valid.Without("content").File(new byte[Limit]))).Status.ShouldBe(201);
        var before = local.Files();
        foreach (var size in (int[])[Limit + 1, Limit + 500_000])
        {
            var content = Valid.With("key", "b").Without("content").File(new byte[size]).ToContent();
            await ShouldBeTooLargeAsync(local, HttpMethod.Post, "/schedules", content, chunked, $"{Limit} bytes");
        }

        local.Files().ShouldBe(before);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_body_of_JSON_has_at_most_64_KiB(bool chunked)
    {
        using var local = new LocalService();
        var posted = await local.Client.PostAsync(Valid);
        const string Json = """{"dueAt":"2031-01-01T00:00:00Z"}""";

        foreach (var length in (int[])[65_537, 1_000_000])
            await ShouldBeTooLargeAsync(
                local, HttpMethod.Patch, posted.Location, ToContent(Json.PadRight(length)), chunked, "65536 bytes");
        (await local.Client.GetAsync(posted.Location)).Status.ShouldBe(200);
        (await PatchAsync(Json.PadRight(chunked ? 65_000 : 65_536)))
            .Status.ShouldBe(200); // the limit includes the chunks' headers

        async Task<Answer> PatchAsync(string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, posted.Location);
            request.Content = ToContent(body);
            request.Headers.TransferEncodingChunked = chunked;
            return await local.Client.SendAsync(request);
        }

        static StringContent ToContent(string json) => new(json, Encoding.UTF8, "application/json");
    }

    [Fact]
    public async Task A_request_line_has_at_most_8_KiB_and_headers_32_KiB_and_a_hundred()
    {
        using var local = new LocalService();

        (await StatusAsync($"GET /health/live?{new string('a', 8000)} HTTP/1.1")).ShouldBe(200);
        (await StatusAsync($"GET /health/live?{new string('a', 8192)} HTTP/1.1")).ShouldBe(414);
        (await StatusAsync($"GET /health/live HTTP/1.1\r\nA: {new string('a', 32_000)}")).ShouldBe(200);
        (await StatusAsync($"GET /health/live HTTP/1.1\r\nA: {new string('a', 33_000)}")).ShouldBe(431);
        (await StatusAsync(With(98))).ShouldBe(200);
        (await StatusAsync(With(99))).ShouldBe(431);

        static string With(int headers) =>
            "GET /health/live HTTP/1.1" + string.Concat(Enumerable.Range(0, headers).Select(i => $"\r\nA{i}: 1"));

        async Task<int> StatusAsync(string head) => (await RawHttp.SendAsync(
            local.Address,
            Encoding.ASCII.GetBytes($"{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n"), false,
            Core.Cancellation)).Status;
    }

    // Lambda's server can't limit bodies, and the tests' in memory can't either.
    [Fact]
    public async Task A_body_of_JSON_that_is_too_large_is_a_413_on_a_server_that_does_not_limit_bodies()
    {
        using var folder = new TemporaryFolder();
        var log = new LogLines();
        await using var factory = new WebApplicationFactory<Program>();
        using var http = factory.WithWebHostBuilder(host => host.UseSetting("Scheduler:LocalPath", folder.Path)
            .ConfigureLogging(logging => logging.AddProvider(log))).CreateClient();
        using var body = new StringContent($"\"{new string('a', 100_000)}\"", Encoding.UTF8, "application/json");

        using var answer = await http.PostAsync("/schedules/uploads", body, Core.Cancellation);

        ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType)
            .ShouldBe((413, "application/problem+json"));
        log.Texts.ShouldNotContain(text => text.Contains("could not be applied"));
    }

    // The server answers and closes the connection before it has read everything. A client library that is still
    // sending may miss the answer then.
    private static async Task ShouldBeTooLargeAsync(
        LocalService local, HttpMethod method, string path, HttpContent content, bool chunked, string says)
    {
        var body = await content.ReadAsByteArrayAsync(Core.Cancellation);
        var framing = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}";
        var head = Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + $"Content-Type: {content.Headers.ContentType}\r\n{framing}\r\n\r\n");
        byte[] framed = chunked
            ? [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8]
            : body;

        var answer = await RawHttp.SendAsync(local.Address, [.. head, .. framed], false, Core.Cancellation);

        answer.Status.ShouldBe(413);
        answer.IsProblem(isHead: false).ShouldBeTrue();
        answer.Body.ShouldContain(says);
    }
}
