using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>Content that goes straight to the bucket, on the real server.</summary>
[Collection(S3ServerTests.Name)]
public sealed class UploadTests(S3Api fixture) : IClassFixture<S3Api>, IDisposable
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("2026/daily.json")]
    [InlineData("a b+c&d=e?f#g%20h")]
    [InlineData("~|%\\'()*!$,;:@[]{}<>\"`^")]
    [InlineData("Grüße/日本語/😀.txt")]
    [InlineData("..//./../a/")]
    [InlineData("\u0001\ttab\u007f")]
    public async Task What_was_put_there_is_the_schedule_whatever_its_key(string key)
    {
        var client = (await fixture.StartAsync()).Client;
        var upload = await PrepareAsync(Upload(key, ("contentType", "text/plain;  charset=utf-8"), ("metadata", new JsonObject { ["Team"] = "a  b" })));
        var path = Client.PathOf(upload.Key);
        (await client.GetAsync(path)).ShouldBeProblem(404);

        (await PutAsync(upload, Hello)).ShouldBe(200);

        var read = (await client.GetAsync(path)).Json;
        read.GetProperty("destination").GetProperty("key").GetString().ShouldBe(key);
        read.GetProperty("dueAt").GetString().ShouldBe(upload.Json.GetProperty("dueAt").GetString());
        read.GetProperty("metadata").EnumerateObject().Select(m => m.Name).ShouldBe(["team"]);
        (await client.GetAsync($"{path}/content")).Text.ShouldBe("hello");
        (await client.DeleteAsync(path)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Whoever_has_the_URL_needs_all_its_headers_and_nothing_else()
    {
        var upload = await PrepareAsync(Upload(
            "headers", ("contentType", "text/plain"), ("metadata", new JsonObject { ["a"] = "1" }), ("cacheControl", "no-cache"),
            ("contentDisposition", "attachment; filename=\"a,b\""), ("contentEncoding", "gzip"), ("contentLanguage", "de, en"), ("size", 5)));
        var headers = Headers(upload);
        headers.Keys.Order(StringComparer.Ordinal).ShouldBe([
            "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Type",
            "If-None-Match", "x-amz-meta-a", "x-amz-meta-schedule-id"]);

        foreach (var name in headers.Keys.Where(name => name != "Content-Length"))
        {
            (await PutAsync(upload, Hello, headers.Where(h => h.Key != name))).ShouldBe(403, name);
            (await PutAsync(upload, Hello, headers.Select(h => h.Key == name ? KeyValuePair.Create(name, "text/x") : h))).ShouldBe(403, name);
        }

        (await PutAsync(upload, Hello)).ShouldBe(200);
        var schedule = (await Service()).Client.GetAsync(Client.PathOf(upload.Key));
        (await schedule).Json.GetProperty("metadata").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("a");
    }

    [Fact]
    public async Task A_second_one_is_refused_and_changes_nothing()
    {
        var (client, upload) = ((await Service()).Client, await PrepareAsync(Upload("twice")));
        var other = await PrepareAsync(Upload("twice"));
        (await PutAsync(upload, Hello)).ShouldBe(200);

        (await PutAsync(upload, "other"u8.ToArray())).ShouldBe(412);
        (await PutAsync(other, "other"u8.ToArray())).ShouldBe(412);
        (await client.PrepareUploadAsync(Upload("twice"))).ShouldBeProblem(409).ShouldContain(upload.Key);

        (await client.GetAsync($"{Client.PathOf(upload.Key)}/content")).Text.ShouldBe("hello");
    }

    [Fact]
    public async Task Another_size_or_content_than_was_told_is_refused()
    {
        var client = (await Service()).Client;
        var size = await PrepareAsync(Upload("size", ("size", 5)));
        (await PutAsync(size, "hell"u8.ToArray())).ShouldBe(403);
        (await PutAsync(size, "hello!"u8.ToArray())).ShouldBe(403);
        var hash = await PrepareAsync(Upload("hash", ("sha256", Convert.ToHexString(SHA256.HashData(Hello)))));
        (await PutAsync(hash, "hallo"u8.ToArray())).ShouldBe(400);
        (await PutAsync(hash, "hallo"u8.ToArray(), Headers(hash).Where(h => !h.Key.StartsWith("x-amz-c", StringComparison.Ordinal)))).ShouldBe(403);
        foreach (var refused in (Answer[])[size, hash]) (await client.GetAsync(Client.PathOf(refused.Key))).ShouldBeProblem(404);

        (await PutAsync(size, Hello)).ShouldBe(200);
        (await PutAsync(hash, Hello)).ShouldBe(200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Any_size_is_taken_that_was_told(int size)
    {
        var upload = await PrepareAsync(Upload($"size-{size}", ("size", size)));
        (await PutAsync(upload, new byte[size])).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_due_already_has_no_URL()
    {
        var client = (await Service()).Client;
        var upload = Upload("late");
        upload["dueAt"] = "2001-01-01T00:00:00Z";
        (await client.PrepareUploadAsync(upload)).ShouldBeFaultOf("dueAt").ShouldContain("POST /schedules");
        upload.Remove("dueAt");
        upload["delay"] = "PT1S";
        (await client.PrepareUploadAsync(upload)).ShouldBeFaultOf("delay");
    }

    private Task<Service> Service() => fixture.StartAsync();

    private JsonObject Upload(string key, params IEnumerable<(string Name, JsonNode Value)> members)
    {
        var upload = new JsonObject { ["dueAt"] = $"{fixture.Tomorrow:yyyy-MM-dd}T00:00:00Z", ["bucket"] = "reports", ["key"] = key };
        foreach (var (name, value) in members) upload[name] = value;
        return upload;
    }

    private async Task<Answer> PrepareAsync(JsonObject upload)
    {
        var answer = await (await Service()).Client.PrepareUploadAsync(upload);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Text.ShouldContain(answer.Json.GetProperty("url").GetString()!); // as it is, to be copied by hand
        answer.Json.GetProperty("method").GetString().ShouldBe("PUT");
        return answer;
    }

    private static Dictionary<string, string> Headers(Answer upload) =>
        upload.Json.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);

    private Task<int> PutAsync(Answer upload, byte[] content) => PutAsync(upload, content, Headers(upload));

    private async Task<int> PutAsync(Answer upload, byte[] content, IEnumerable<KeyValuePair<string, string>> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.Json.GetProperty("url").GetString()) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers.Where(h => h.Key != "Content-Length"))
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
