using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using S3Scheduler.Api.Tests.Replicas;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>A bucket in another region than the one that the service is set up for.</summary>
public sealed class S3RegionTests(S3Server server) : IAsyncLifetime
{
    private const string Region = "eu-west-1";

    private readonly Replicas.S3Log _log = new();
    private FaultyProxy _proxy = null!;
    private S3ObjectStore _store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = new FaultyProxy(server.Url, _log);
        await _proxy.UpAsync();
        _store = NewStore();
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        if (_proxy is not null) await _proxy.DisposeAsync();
    }

    /// <summary>What AWS answers a request that went to the wrong region, or was signed for it.</summary>
    public static TheoryData<int, string, string?, string?> Answers => new()
    {
        { 301, "PermanentRedirect", Region, null },
        { 307, "TemporaryRedirect", Region, null },
        { 400, "AuthorizationHeaderMalformed", Region, Region },
        { 400, "AuthorizationHeaderMalformed", null, Region },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_COPY_goes_to_the_region_that_the_answer_names_and_the_next_one_goes_there_at_once(
        int status, string code, string? header, string? body)
    {
        var (source, target) = await StartAsync(Fault.Elsewhere(status, code, header, body));

        (await _store.CopyAsync(source, 7, target, Cancellation)).ShouldBe(CopyOutcome.Copied);
        (await _store.CopyAsync(source, 7, target with { Key = "second" }, Cancellation)).ShouldBe(CopyOutcome.Copied);

        RequestsTo(target).Select(e => (e.Status, e.Request.Region)).ShouldBe(
            [(status, "us-east-1"), (200, Region), (200, Region)]);
    }

    // The answer to HEAD has no body.
    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(400)]
    public async Task A_look_at_an_object_goes_to_the_region_that_the_header_names(int status)
    {
        var (source, target) = await StartAsync(Fault.Elsewhere(status, "Redirect", Region, null));
        using var client = server.NewClient();
        await client.CopyObjectAsync(source.Bucket, source.Key, target.Bucket, target.Key, Cancellation);

        (await _store.HeadAsync(target, Cancellation)).ShouldNotBeNull().Size.ShouldBe(7);
        (await _store.HeadAsync(target with { Key = "missing" }, Cancellation)).ShouldBeNull();

        RequestsTo(target).Select(e => e.Status).ShouldBe([status, 200, 404]);
    }

    [Fact]
    public async Task A_copy_in_parts_goes_there_with_all_of_its_requests()
    {
        _store.Dispose();
        _store = NewStore(LoweredLimits.ForCopies);
        var (source, target) = await StartAsync(Fault.Elsewhere(301, "PermanentRedirect", Region, null));

        (await _store.CopyAsync(source, 7, target, Cancellation)).ShouldBe(CopyOutcome.Copied);

        RequestsTo(target).Select(e => (e.Request.Kind, e.Status)).ShouldBe(
            [("uploads", 301), ("uploads", 200), ("partNumber,uploadId", 200), ("uploadId", 200)]);
    }

    [Fact]
    public async Task Every_call_is_sent_again_signed_for_the_region()
    {
        foreach (var name in S3Calls.Names)
        {
            await using var elsewhere = new FakeS3(request => IsSignedFor(Region, request)
                ? FakeS3.Error("404 Not Found", "NoSuchKey")
                : FakeS3.Answer(
                    "301 Moved Permanently", "<Error><Code>PermanentRedirect</Code></Error>",
                    $"Date: Sat, 21 Nov 2026 19:05:00 GMT\r\nx-amz-bucket-region: {Region}"));

            await Record.ExceptionAsync(S3Calls.All(elsewhere.Store).Single(call => call.Name == name).Make);

            var signed = elsewhere.Requests.Select(request => IsSignedFor(Region, request)).ToList();
            signed[0].ShouldBeFalse(name);
            signed.Skip(1).ShouldNotBeEmpty(name);
            signed.Skip(1).ShouldNotContain(false, name);
        }

        static bool IsSignedFor(string region, string request) =>
            request.Contains($"/{region}/s3/aws4_request", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_was_made_again_in_another_region_is_found_again()
    {
        var (source, target) = await StartAsync(Fault.Elsewhere(301, "PermanentRedirect", Region, null));
        (await _store.CopyAsync(source, 7, target, Cancellation)).ShouldBe(CopyOutcome.Copied);

        _proxy.Rule = Fault.Elsewhere(301, "PermanentRedirect", "ap-south-1", null)
            .To(request => request.Bucket == target.Bucket && request.Region != "ap-south-1");

        (await _store.CopyAsync(source, 7, target, Cancellation)).ShouldBe(CopyOutcome.Copied);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("us-east-1")] // where the request went
    [InlineData("evil.example.org/")]
    [InlineData("a b")]
    public async Task An_answer_that_names_no_other_region_is_a_permanent_fault_and_nothing_is_sent_again(
        string? region)
    {
        var (source, target) = await StartAsync(Fault.Elsewhere(301, "PermanentRedirect", region, null));

        var fault = await Should.ThrowAsync<StoreException>(() => _store.CopyAsync(source, 7, target, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe(("PermanentRedirect", false));
        RequestsTo(target).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Where_each_region_sends_to_the_other_a_request_is_repeated_once()
    {
        var (source, target) = await StartAsync(null);
        _proxy.Rule = request => request.Bucket != target.Bucket ? null : Fault.Elsewhere(
            301, "PermanentRedirect", request.Region == Region ? "us-east-1" : Region, null);

        await Should.ThrowAsync<StoreException>(() => _store.CopyAsync(source, 7, target, Cancellation));

        RequestsTo(target).Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("eu-west-1", "https://reports.s3.eu-west-1.amazonaws.com/")]
    [InlineData("cn-north-1", "https://reports.s3.cn-north-1.amazonaws.com.cn/")]
    public async Task On_AWS_the_endpoint_is_that_of_the_region_and_other_buckets_stay_where_they_were(
        string region, string endpoint)
    {
        var settings = new S3Settings(AwsSection.Of(("Region", "us-east-1")));
        using var clients = new S3Clients(settings, new ServerClock(TimeProvider.System));

        clients.Learn("reports", region);

        (await UrlAsync("reports")).ShouldStartWith(endpoint);
        (await UrlAsync("others")).ShouldStartWith("https://others.s3.us-east-1.amazonaws.com/");
        clients.RegionOf("reports").ShouldBe(region);

        Task<string> UrlAsync(string bucket) => clients.Once(bucket).GetPreSignedURLAsync(
            new GetPreSignedUrlRequest { BucketName = bucket, Key = "a", Expires = DateTime.UnixEpoch });
    }

    private IEnumerable<S3Exchange> RequestsTo(ObjectAddress target) =>
        _log.All.Where(e => e.Request.Bucket == target.Bucket);

    /// <returns>An object of seven bytes, and where to copy it: a bucket for which the fault happens.</returns>
    private async Task<(ObjectAddress Source, ObjectAddress Target)> StartAsync(Fault? fault)
    {
        var source = new ObjectAddress(await server.EmptyBucketAsync(), "source");
        var target = new ObjectAddress(await server.EmptyBucketAsync(), "target");
        using var client = server.NewClient();
        await client.PutObjectAsync(
            new() { BucketName = source.Bucket, Key = source.Key, ContentBody = "content" }, Cancellation);
        if (fault is not null)
            _proxy.Rule = fault.To(request => request.Bucket == target.Bucket && request.Region != Region);
        return (source, target);
    }

    private S3ObjectStore NewStore(MultipartLimits? limits = null) => new(
        AwsSection.At(_proxy.Url), TimeProvider.System, NullLogger<S3ObjectStore>.Instance, limits);
}
