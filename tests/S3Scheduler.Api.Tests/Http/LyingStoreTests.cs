namespace S3Scheduler.Api.Tests.Http;

/// <summary>A service whose S3 server answers rightly at the start, and later with a success of no meaning.</summary>
public sealed class LyingStoreTests : IAsyncDisposable
{
    private readonly FakeS3 _server;
    private readonly Service _service;
    private string _copy = "";
    private string? _list;
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
            default:
                return FakeS3.Answer("404 Not Found");
        }
    }
}
