using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>What the service concludes from the answers of a server to presigned PUTs.</summary>
public sealed class UploadTrialTests
{
    private const string Acl = "x-amz-acl";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 19, 5, 0, TimeSpan.Zero);
    private static readonly ObjectAddress Marker = new("bucket", "schedules/.probe");
    private static readonly string Copied = FakeS3.Answer("200 OK", "<CopyObjectResult/>");

    public static TheoryData<string> Headers =>
        ["x-amz-copy-source", Acl, "x-amz-grant-read", "x-amz-tagging", "x-amz-website-redirect-location"];

    [Fact]
    public async Task A_server_that_refuses_unsigned_headers_as_AWS_does_passes_and_is_not_asked_again()
    {
        await using var server = new FakeS3(AsAws);

        (await TryAsync(server)).IsPassed.ShouldBeTrue();

        var puts = server.Requests.Where(IsPut).ToList();
        puts.Count.ShouldBe(Headers.Count + 2);
        puts.ShouldAllBe(put => put.StartsWith("PUT /bucket/schedules/.probe-") && put.Contains("X-Amz-Signature="));
        var delete = server.Requests.Last();
        foreach (var put in puts) delete.ShouldContain($"<Key>{put["PUT /bucket/".Length..put.IndexOf('?')]}</Key>");

        (await TryAsync(server)).IsPassed.ShouldBeTrue();
        server.Requests.Count.ShouldBe(puts.Count + 1);
        server.Log.Texts.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Headers))]
    public async Task A_server_that_takes_one_of_the_headers_does_not_pass_and_is_not_asked_again(string header)
    {
        await using var server = new FakeS3(request => Has(request, header) ? FakeS3.Answer("200 OK") : AsAws(request));

        (await TryAsync(server)).Taken.ShouldBe(header);

        server.Log.Texts.ShouldHaveSingleItem().ShouldContain(header);
        server.Requests.Last().ShouldStartWith("POST /bucket/?delete");
        var requests = server.Requests.Count;
        (await TryAsync(server)).Taken.ShouldBe(header);
        server.Requests.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task A_server_that_looks_for_the_source_of_a_copy_does_not_pass()
    {
        await using var server = new FakeS3(request =>
            Has(request, "x-amz-copy-source") ? FakeS3.Error("404 Not Found", "NoSuchKey") : AsAws(request));

        (await TryAsync(server)).Taken.ShouldBe("x-amz-copy-source");
    }

    [Fact]
    public async Task A_server_that_reads_underscores_as_hyphens_does_not_pass_if_something_before_it_overlooks_that()
    {
        await using var server = new FakeS3(r => Has(r, "x_amz_copy_source") ? Copied : AsAws(r));

        (await TryAsync(server)).Taken.ShouldBe("x-amz-copy-source");
    }

    [Fact]
    public async Task A_server_that_refuses_the_PUT_without_a_header_too_does_not_pass_and_is_asked_again()
    {
        var rights = false;
        await using var server = new FakeS3(request =>
            IsPut(request) && !rights ? FakeS3.Error("403 Forbidden", "AccessDenied") : AsAws(request));

        (await TryAsync(server)).ShouldBe(new PutTrialResult(Refusal: "403 AccessDenied"));
        server.Log.Texts.ShouldHaveSingleItem().ShouldContain("403 AccessDenied");

        rights = true;
        (await TryAsync(server)).IsPassed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("503 Slow Down", "SlowDown")]
    [InlineData("403 Forbidden", "RequestTimeTooSkewed")]
    [InlineData("500 Internal Server Error", "InternalError")]
    public async Task A_transient_fault_is_no_refusal_and_the_server_is_asked_again(string status, string code)
    {
        var isDown = true;
        await using var server = new FakeS3(request =>
            isDown && Has(request, Acl) ? FakeS3.Error(status, code) : AsAws(request));

        var fault = await Should.ThrowAsync<StoreException>(() => TryAsync(server));
        (fault.Code, fault.IsTransient).ShouldBe((code, true));

        isDown = false;
        (await TryAsync(server)).IsPassed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_page_of_a_proxy_shows_nothing_and_the_server_is_asked_again()
    {
        var isPage = true;
        await using var server = new FakeS3(request => !isPage ? AsAws(request)
            : FakeS3.Answer("200 OK", "<html/>").Replace("application/xml", "text/html", StringComparison.Ordinal));

        (await Should.ThrowAsync<StoreException>(() => TryAsync(server))).IsTransient.ShouldBeTrue();

        isPage = false;
        (await TryAsync(server)).IsPassed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_refuses_the_headers_that_guard_an_upload_is_tried_without_them()
    {
        await using var server = new FakeS3(AsAws); // it refuses every header of S3's own
        using var store = new S3ObjectStore(
            server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance,
            uploads: new() { AccessKeyId = "uploads", SecretAccessKey = "hunter2" });

        (await TryAsync(store)).IsPassed.ShouldBeTrue();

        server.Requests.Where(IsPut).ShouldAllBe(put => put.Contains("Credential=uploads%2F"));
        server.Requests.Where(IsPut).First().ShouldContain("x-amz-tagging");
        (await PresignAsync(store)).Headers.Keys.ShouldNotContain("x-amz-tagging");
    }

    private static Task<PutTrialResult> TryAsync(FakeS3 server) => TryAsync(server.Store);

    private static Task<PutTrialResult> TryAsync(S3ObjectStore store)
    {
        // A single answer could be wrong.
        for (var answers = 0; answers < 3; answers++) store.Clock.Observe(Now, store.Clock.Read());
        return store.TryAsync(Marker, new Random(7), TestContext.Current.CancellationToken);
    }

    private static Task<PresignedPut> PresignAsync(S3ObjectStore store) => store.PresignAsync(
        Marker with { Key = "schedules/a" }, new(), new(null, null), Now.AddMinutes(5),
        TestContext.Current.CancellationToken);

    // Unknown headers are ignored.
    private static string AsAws(string request) =>
        !IsPut(request) ? FakeS3.Answer("200 OK", "<DeleteResult/>")
        : request.Contains("\r\nx-amz-", StringComparison.Ordinal) ? FakeS3.Error("403 Forbidden", "AccessDenied")
        : FakeS3.Answer("200 OK");

    private static bool IsPut(string request) => request.StartsWith("PUT ", StringComparison.Ordinal);

    private static bool Has(string request, string header) =>
        IsPut(request) && request.Contains($"\r\n{header}: ", StringComparison.Ordinal);
}
