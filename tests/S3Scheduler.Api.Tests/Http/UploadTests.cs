using System.Security.Cryptography;
using System.Text.Json.Nodes;
using static S3Scheduler.Api.Tests.Http.PreparedUpload;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>Content that clients put straight into the bucket, on a real server.</summary>
public sealed class UploadTests(S3Api fixture) : IClassFixture<S3Api>, IAsyncLifetime
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    private readonly HttpClient _http = new();

    private Client Client { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        fixture.HasUploads = true;
        Client = (await fixture.StartAsync()).Client;
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("2026/daily.json"), InlineData("a b+c&d=e?f#g%20h"), InlineData("~|%\\'()*!$,;:@[]{}<>\"`^")]
    [InlineData("Grüße/日本語/😀.txt"), InlineData("..//./../a/"), InlineData("\u0001\ttab\u007f")]
    public async Task An_upload_becomes_a_schedule_whatever_its_key(string key)
    {
        var upload = await PrepareAsync(Upload(key, ("contentType", "text/plain;  charset=utf-8"),
            ("metadata", new JsonObject { ["Team"] = "a  b" })));
        var path = Client.PathOf(upload.Key);
        (await Client.GetAsync(path)).ShouldBeProblem(404);
        (await PutAsync(upload, Hello)).ShouldBe(200);
        var read = (await Client.GetAsync(path)).Json;
        read.GetProperty("destination").GetProperty("key").GetString().ShouldBe(key);
        read.GetProperty("dueAt").GetString().ShouldBe(upload["dueAt"]);
        read.GetProperty("metadata").EnumerateObject().Select(m => m.Name).ShouldBe(["team"]);
        (await Client.GetAsync($"{path}/content")).Text.ShouldBe("hello");
        (await Client.DeleteAsync(path)).Status.ShouldBe(204);
    }

    [Theory, InlineData("/slash", "slash"), InlineData("//slash", "~~slash")]
    public async Task One_leading_slash_of_a_key_is_dropped_and_no_more(string key, string escaped) =>
        (await PrepareAsync(Upload(key))).Key.ShouldEndWith($"|reports|{escaped}");

    [Fact]
    public async Task An_upload_needs_exactly_the_headers_of_its_URL_and_nothing_else()
    {
        var upload = await PrepareAsync(Upload(
            "headers", ("contentType", "text/plain"), ("metadata", new JsonObject { ["a"] = "1" }),
            ("cacheControl", "no-cache"),
            ("contentDisposition", "attachment; filename=\"a,b\""), ("contentEncoding", "gzip"),
            ("contentLanguage", "de, en"), ("size", 5)));
        var headers = Headers(upload);
        headers.Keys.Order(StringComparer.Ordinal).ShouldBe([
            "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length",
            "Content-Type",
            "If-None-Match", "x-amz-meta-a", "x-amz-meta-schedule-id"]);

        foreach (var name in headers.Keys.Where(name => name != "Content-Length"))
        {
            (await PutAsync(upload, Hello, headers.Where(h => h.Key != name))).ShouldBe(403, name);
            (await PutAsync(upload, Hello,
                headers.Select(h => h.Key == name ? KeyValuePair.Create(name, "text/x") : h))).ShouldBe(403, name);
        }

        (await PutAsync(upload, Hello)).ShouldBe(200);
        var schedule = Client.GetAsync(Client.PathOf(upload.Key));
        (await schedule).Json.GetProperty("metadata").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("a");
    }

    [Fact]
    public async Task A_second_upload_is_refused_and_changes_nothing()
    {
        var upload = await PrepareAsync(Upload("twice"));
        var other = await PrepareAsync(Upload("twice"));
        (await PutAsync(upload, Hello)).ShouldBe(200);
        (await PutAsync(upload, "other"u8.ToArray())).ShouldBe(412);
        (await PutAsync(other, "other"u8.ToArray())).ShouldBe(412);
        (await Client.PrepareUploadAsync(Upload("twice"))).ShouldBeProblem(409, upload.Key);
        (await Client.GetAsync($"{Client.PathOf(upload.Key)}/content")).Text.ShouldBe("hello");
    }

    [Fact]
    public async Task Content_of_another_size_or_hash_than_announced_is_refused()
    {
        var size = await PrepareAsync(Upload("size", ("size", 5)));
        (await PutAsync(size, "hell"u8.ToArray())).ShouldBe(403);
        (await PutAsync(size, "hello!"u8.ToArray())).ShouldBe(403);
        var hash = await PrepareAsync(Upload("hash", ("sha256", Convert.ToHexString(SHA256.HashData(Hello)))));
        (await PutAsync(hash, "hallo"u8.ToArray())).ShouldBe(400);
        (await PutAsync(hash, "hallo"u8.ToArray(), Headers(hash)
            .Where(h => !h.Key.StartsWith("x-amz-c", StringComparison.Ordinal)))).ShouldBe(403);
        foreach (var refused in (Answer[])[size, hash])
            (await Client.GetAsync(Client.PathOf(refused.Key))).ShouldBeProblem(404);
        (await PutAsync(size, Hello)).ShouldBe(200);
        (await PutAsync(hash, Hello)).ShouldBe(200);
    }

    [Theory]
    [InlineData(0), InlineData(1)]
    public async Task Content_of_the_announced_size_is_accepted_even_if_empty(int size)
    {
        var upload = await PrepareAsync(Upload($"size-{size}", ("size", size)));
        (await PutAsync(upload, new byte[size])).ShouldBe(200);
    }

    [Fact]
    public async Task A_schedule_that_is_already_due_gets_no_URL()
    {
        var upload = Upload("late");
        upload["dueAt"] = "2001-01-01T00:00:00Z";
        (await Client.PrepareUploadAsync(upload)).ShouldBeFaultOf("dueAt").ShouldContain("POST /schedules");
        upload.Remove("dueAt");
        upload["delay"] = "PT1S";
        (await Client.PrepareUploadAsync(upload)).ShouldBeFaultOf("delay");
    }

    private JsonObject Upload(string key, params IEnumerable<(string Name, JsonNode Value)> members)
    {
        var upload = new JsonObject { ["bucket"] = "reports", ["key"] = key };
        upload["dueAt"] = $"{fixture.Tomorrow:yyyy-MM-dd}T00:00:00Z";
        foreach (var (name, value) in members) upload[name] = value;
        return upload;
    }

    private async Task<Answer> PrepareAsync(JsonObject upload)
    {
        var answer = await Client.PrepareUploadAsync(upload);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Text.ShouldContain(answer["url"]!); // not escaped, so that it can be copied
        answer["method"].ShouldBe("PUT");
        return answer;
    }

    private Task<int> PutAsync(Answer upload, byte[] content) => _http.PutAsync(upload, content, Headers(upload));

    private Task<int> PutAsync(Answer upload, byte[] content, IEnumerable<KeyValuePair<string, string>> headers) =>
        _http.PutAsync(upload, content, headers);
}
