using System.Net.Http.Headers;
using Amazon.Runtime;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>Lambda refuses an answer above 6 MB, so larger content is read in the store, by a link to it.</summary>
public sealed class BigContentOnLambdaTests(S3Server server) : IAsyncLifetime
{
    private const int Fits = (int)LambdaHosting.LargestContent;

    private static readonly byte[] Big = RandomBytes(Fits + 1);

    private readonly HttpClient _http = new();
    private Service _service = null!;
    private string _bucket = null!;

    private Client Client => _service.Client;

    public async ValueTask InitializeAsync()
    {
        _bucket = await server.EmptyBucketAsync();
        _service = new Service(TimeProvider.System, new Dictionary<string, string>
        {
            ["AWS_LAMBDA_FUNCTION_NAME"] = "scheduler",
            ["Scheduler:Storage"] = nameof(StorageKind.S3),
            ["Scheduler:Bucket"] = await server.EmptyBucketAsync(),
            ["Scheduler:Destinations:0"] = "*",
            ["AWS:ServiceURL"] = server.Url,
            ["AWS:ForcePathStyle"] = "true",
            ["Authentication:ApiKeys:0:Name"] = "all",
            ["Authentication:ApiKeys:0:Sha256"] = Sha256("all"),
            ["Authentication:ApiKeys:0:Scopes:0"] = "schedules:read",
            ["Authentication:ApiKeys:0:Scopes:1"] = "schedules:write",
            ["Authentication:ApiKeys:1:Name"] = "elsewhere",
            ["Authentication:ApiKeys:1:Sha256"] = Sha256("elsewhere"),
            ["Authentication:ApiKeys:1:Scopes:0"] = "schedules:read",
            ["Authentication:ApiKeys:1:Destinations:0"] = "elsewhere",
        });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_service is not null) await _service.DisposeAsync();
    }

    [Theory]
    [InlineData("page.html", "text/html", "inline; filename=page.html", "attachment; filename=page.html")]
    [InlineData("a b+c&d?é.txt", "text/plain", null, "attachment")]
    public async Task Content_that_no_answer_can_carry_is_a_link_by_which_the_store_gives_it_as_an_attachment(
        string key, string type, string? posted, string disposition)
    {
        var answer = await ReadAsync(await PostAsync(key, Big, type, posted));

        (answer.Status, answer.Body.Length).ShouldBe((307, 0), answer.Text);
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        answer.Location.ShouldStartWith(server.Url);
        answer.Location.ShouldContain("&X-Amz-Expires=30"); // 5 minutes, and what the store's clock may be ahead
        using var content = await _http.GetAsync(new Uri(answer.Location), Core.Cancellation);
        (await content.Content.ReadAsByteArrayAsync(Core.Cancellation)).AsSpan().SequenceEqual(Big).ShouldBeTrue();
        content.Content.Headers.NonValidated["Content-Disposition"].ToString().ShouldBe(disposition);
        content.Headers.NonValidated["Cache-Control"].ToString().ShouldBe("no-store");
    }

    [Fact]
    public async Task A_link_is_good_for_reading_this_content_or_a_part_of_it_and_for_nothing_else()
    {
        var url = (await ReadAsync(await PostAsync("only", Big))).Location;

        using var part = new HttpRequestMessage(HttpMethod.Get, url);
        part.Headers.Range = new RangeHeaderValue(1, 3);
        using var answer = await _http.SendAsync(part, Core.Cancellation);
        (await answer.Content.ReadAsByteArrayAsync(Core.Cancellation)).ShouldBe(Big[1..4]);

        foreach (var method in (string[])["PUT", "DELETE", "POST"])
            (await StatusAsync(method, url)).ShouldBe(403, method);
        (await StatusAsync("GET", url.Replace("attachment", "inline", StringComparison.Ordinal))).ShouldBe(403);
        (await StatusAsync("GET", url.Replace("no-store", "public", StringComparison.Ordinal))).ShouldBe(403);
        (await StatusAsync("GET", url.Replace("~~only", "other", StringComparison.Ordinal)
            .Replace("only", "other", StringComparison.Ordinal))).ShouldBe(403);
        (await StatusAsync("GET", $"{url}&acl")).ShouldBe(403);
    }

    [Fact]
    public async Task A_link_that_has_expired_is_refused_by_the_store()
    {
        var link = new Uri((await ReadAsync(await PostAsync("expired", Big))).Location);
        var now = await EndToEnd.ServiceOnS3.NowAsync(server);
        var credentials = new ImmutableCredentials(
            Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"),
            Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY"), null);
        string Signed(DateTimeOffset at) => new S3QuerySignature(credentials, "us-east-1", at)
            .Sign("GET", link.GetLeftPart(UriPartial.Path), new Dictionary<string, string>(), [], at.AddMinutes(5));

        (await StatusAsync("GET", Signed(now.AddMinutes(-4)))).ShouldBe(200);
        (await StatusAsync("GET", Signed(now.AddMinutes(-6)))).ShouldBe(403);
    }

    [Fact]
    public async Task Content_that_fits_and_each_part_that_fits_are_answered()
    {
        var small = await PostAsync("small", Big[..Fits]);
        (await ReadAsync(small)).Body.AsSpan().SequenceEqual(Big.AsSpan(..Fits)).ShouldBeTrue();

        var path = await PostAsync("big", Big);
        foreach (var (range, expected) in new (string, Range)[]
            { ("bytes=0-0", ..1), ($"bytes=1-{Fits}", 1..), ($"bytes=-{Fits}", 1..), ("bytes=9-", 9..) })
        {
            var answer = await ReadAsync(path, ("Range", range));
            answer.Status.ShouldBe(206, range);
            answer.Body.AsSpan().SequenceEqual(Big.AsSpan(expected)).ShouldBeTrue(range);
        }

        var etag = (await SendAsync(HttpMethod.Head, path)).Headers["ETag"];
        (await ReadAsync(path, ("Range", "bytes=0-1"), ("If-Range", etag))).Status.ShouldBe(206);
        (await ReadAsync(path, ("Range", "bytes=0-1"), ("If-Range", "\"other\""))).Status.ShouldBe(307);
        foreach (var whole in (string[])["bytes=0-", $"bytes=-{Fits + 1}", "bytes=0-1,3-4", "items=0-1"])
            (await ReadAsync(path, ("Range", whole))).Status.ShouldBe(307, whole);
        (await ReadAsync(path, ("Range", $"bytes={Big.Length}-"))).ShouldBeProblem(416);
    }

    [Fact]
    public async Task HEAD_tells_the_size_and_a_client_that_wants_no_link_is_told_to_read_parts()
    {
        var path = await PostAsync("parts", Big);

        var head = await SendAsync(HttpMethod.Head, path);
        (head.Status, head.Headers["Content-Length"]).ShouldBe((200, $"{Big.Length}"));
        (await ReadAsync($"{path}?redirect=false")).ShouldBeProblem(413, $"Range: bytes=0-{Fits - 1}");
        (await ReadAsync($"{path}?redirect=false", ("Range", "bytes=0-1"))).Body.ShouldBe(Big[..2]);
    }

    [Fact]
    public async Task A_link_is_only_for_callers_who_may_read_the_schedule()
    {
        var path = await PostAsync("mine", Big);

        (await SendAsync(HttpMethod.Get, path, "elsewhere")).ShouldBeProblem(404);
        (await SendAsync(HttpMethod.Get, $"{path}?redirect=true", "elsewhere")).ShouldBeProblem(404);
        (await SendAsync(HttpMethod.Get, path, "nobody")).ShouldBeProblem(401);
    }

    [Fact]
    public async Task A_client_can_ask_for_a_link_to_content_of_any_size()
    {
        var link = await ReadAsync($"{await PostAsync("asked", [1, 2, 3])}?redirect=true");

        link.Status.ShouldBe(307);
        (await _http.GetByteArrayAsync(new Uri(link.Location), Core.Cancellation)).ShouldBe([1, 2, 3]);
    }

    private async Task<string> PostAsync(
        string key, byte[] content, string type = "application/octet-stream", string? disposition = null)
    {
        var form = Form.To(_bucket, key).DueAt(TimeProvider.System.GetUtcNow().AddDays(1))
            .With(new Part("content", content, type, "content"));
        if (disposition is not null) form = form.With("Content-Disposition", disposition);
        var posted = await SendAsync(HttpMethod.Post, "/schedules", content: form.ToContent());
        posted.Status.ShouldBe(201, posted.Text);
        return $"{posted.Location}/content";
    }

    private Task<Answer> ReadAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, headers: headers);

    private async Task<Answer> SendAsync(
        HttpMethod method, string path, string caller = "all", HttpContent? content = null,
        (string Name, string Value)[]? headers = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("X-Api-Key", Security.ClosedService.KeyOf(caller));
        foreach (var (name, value) in headers ?? []) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    private async Task<int> StatusAsync(string method, string url)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Core.Cancellation);
        return (int)answer.StatusCode;
    }

    private static string Sha256(string name) => Security.ClosedService.ApiKey(0, name).ElementAt(1).Value;

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(20261128).NextBytes(bytes);
        return bytes;
    }
}
