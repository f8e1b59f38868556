namespace S3Scheduler.Api.Tests.Http;

/// <summary>A service whose S3 server answers rightly at the start, and later with a success of no meaning.</summary>
public sealed class LyingStoreTests : IAsyncDisposable
{
    private const string Date = "Sat, 21 Nov 2026 19:05:00 GMT";

    private readonly FakeS3 _server;
    private readonly Service _service;
    private string _copy = "";
    private string? _list;
    private string? _get;
    private string _put = FakeS3.Error("412 Precondition Failed", "PreconditionFailed");

    public LyingStoreTests()
    {
        _server = new FakeS3(Answer);
        _service = new Service(TimeProvider.System, new Dictionary<string, string>
        {
            ["Scheduler:Storage"] = nameof(StorageKind.S3),
            ["Scheduler:Bucket"] = "scheduler",
            ["AWS:ServiceURL"] = _server.Url,
            ["AWS:ForcePathStyle"] = "true",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _server.DisposeAsync();
    }

    public static TheoryData<string> Lists =>
    [
        FakeS3.Answer("200 OK"),
        FakeS3.Answer("200 OK", "<html><body>Log in</body></html>"),
        FakeS3.Answer("200 OK", "<ListAllMyBucketsResult/>"),
        FakeS3.Page("another/key"),
        FakeS3.Page("schedules/.sweep/9", "schedules/.sweep/1"),
        FakeS3.Page("schedules/.failed/first"),
    ];

    [Theory, MemberData(nameof(Lists), DisableDiscoveryEnumeration = true)]
    public async Task A_LIST_that_S3_does_not_answer_puts_the_store_out_of_reach(string list)
    {
        (await _service.Client.GetAsync("/health/ready")).Status.ShouldBe(200);

        _list = list;

        (await _service.Client.GetAsync("/health/ready")).ShouldBeProblem(503);
        (await _service.Client.SweepAsync()).ShouldBeProblem(503);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>Log in</body></html>")]
    public async Task A_schedule_is_not_created_by_a_success_that_S3_does_not_answer(string body)
    {
        _put = FakeS3.Answer("200 OK", body);

        var posted = await _service.Client.PostAsync(Form.To("reports", "a").With("delay", "PT10M"));

        posted.Status.ShouldBe(503, posted.Text);
    }

    [Fact]
    public async Task A_post_ends_although_the_store_says_again_and_again_that_its_key_is_taken_and_that_it_is_free()
    {
        _get = FakeS3.Error("404 Not Found", "NoSuchKey");

        var posted = await _service.Client.PostAsync(Form.To("reports", "a").With("delay", "PT10M"));

        posted.ShouldBeProblem(503);
        _server.Requests.Count.ShouldBeLessThan(30);
    }

    [Theory]
    [InlineData("\"abc\"", "\"abc\"")]
    [InlineData("\"abcd\"", "\"abcd\"")]
    [InlineData("abc", "\"abc\"")]
    [InlineData("W/\"abc\"", "W/\"abc\"")]
    [InlineData("\"a\"b\"", "\"2261226222\"")]
    [InlineData("\"5d41402abc4b2a76b9719d911017c592\"", "\"5d41402abc4b2a76b9719d911017c592\"")]
    public async Task Content_is_served_with_its_ETag_whatever_that_is(string stored, string served)
    {
        _get = FakeS3.Answer("200 OK", "hello", $"Date: {Date}\r\nETag: {stored}\r\nLast-Modified: {Date}");

        var content = await _service.Client.GetAsync($"{Client.PathOf("2030-01-01T00:00:00.000Z|reports|a")}/content");

        (content.Status, content.Text).ShouldBe((200, "hello"), content.Text);
        content.Headers["ETag"].ShouldBe(served);
    }

    [Theory]
    [InlineData("hel")]
    [InlineData("")]
    public async Task Content_that_is_not_what_its_ETag_says_is_not_served(string content)
    {
        _get = FakeS3.Answer("200 OK", content, $"Date: {Date}\r\nETag: \"5d41402abc4b2a76b9719d911017c592\"");

        var answer = await _service.Client.GetAsync($"{Client.PathOf("2030-01-01T00:00:00.000Z|reports|a")}/content");

        answer.ShouldBeProblem(503);
    }

    [Theory]
    [InlineData("Content-Disposition", "attachment; filename=\"\u00e9.txt\"", "attachment")]
    [InlineData("Content-Disposition", "\u0001", "attachment")]
    [InlineData("Content-Language", "\u00e9", null)]
    [InlineData("Content-Encoding", "\u00fc\u007f", null)]
    [InlineData("Content-Type", "text/plain; charset=\u00fc", "application/octet-stream")]
    public async Task Content_is_served_without_a_header_that_can_not_be_sent(string name, string value, string? served)
    {
        _get = $"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"abc\"\r\nDate: {Date}\r\nLast-Modified: {Date}\r\n"
            + $"Cache-Control: no-cache\r\n{name}: {value}\r\n\r\nhello";

        var content = await _service.Client.GetAsync($"{Client.PathOf("2030-01-01T00:00:00.000Z|reports|a")}/content");

        (content.Status, content.Text).ShouldBe((200, "hello"), content.Text);
        content.Headers.GetValueOrDefault(name).ShouldBe(served);
    }

    private string Answer(string request)
    {
        var (method, path) = (request.Split(' ')[0], request.Split(' ')[1]);
        switch (method)
        {
            case "PUT" when request.Contains("x-amz-copy-source", StringComparison.OrdinalIgnoreCase):
                _copy = Uri.UnescapeDataString(path.Split('?')[0]["/scheduler/".Length..]);
                return FakeS3.Answer("200 OK", "<CopyObjectResult><ETag>\"00\"</ETag></CopyObjectResult>");
            case "PUT":
                return path.Contains(".probe", StringComparison.Ordinal)
                    ? FakeS3.Error("412 Precondition Failed", "PreconditionFailed")
                    : _put;
            case "POST":
                return FakeS3.Answer("200 OK", $"<DeleteResult><Deleted><Key>{_copy}</Key></Deleted></DeleteResult>");
            case "GET" when path.Contains("list-type=2", StringComparison.Ordinal):
                return _list ?? (!path.Contains(".probe", StringComparison.Ordinal) ? FakeS3.Page()
                    : path.Contains("start-after=sch", StringComparison.Ordinal) ? FakeS3.Page(_copy)
                    : FakeS3.Page("schedules/.probe", _copy));
            case "GET" when _get is not null:
                return _get;
            default:
                return FakeS3.Answer("404 Not Found");
        }
    }
}
