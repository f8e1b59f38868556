using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

public sealed class S3RequestTests
{
    [Theory]
    [InlineData("")]
    [InlineData("half of a", " pair")]
    [InlineData("ends with half", "")]
    [InlineData("", "begins with half")]
    public async Task A_key_that_would_arrive_changed_is_refused_before_any_request(params string[] parts)
    {
        // InlineData can't hold half a pair.
        var key = string.Join('\ud83d', parts);
        await using var server = new FakeS3(_ => FakeS3.Answer("200 OK"));
        var at = new ObjectAddress("bucket", key);
        Func<Task>[] calls =
        [
            () => server.Store.HeadAsync(at, Cancellation),
            () => server.Store.GetAsync(at, Cancellation),
            () => server.Store.CopyAsync(at, 1, S3Calls.There, Cancellation),
            () => server.Store.CopyAsync(S3Calls.Here, 1, at, Cancellation),
            () => server.Store.DeleteAsync("bucket", [new DeleteTarget(key)], Cancellation),
            () => server.Store.PutAsync(at, Stream.Null, new ObjectAttributes(), PutCondition.None, Cancellation),
        ];

        foreach (var call in calls) await ShouldBeRefusedAsync(call, "InvalidKey");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b/c")]
    [InlineData("a?b=c")]
    [InlineData("a%2fb")]
    [InlineData("user@host")]
    [InlineData("arn:aws:s3:eu-central-1:123456789012:accesspoint/ap")]
    public async Task A_bucket_name_that_would_change_the_request_is_refused(string bucket)
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("200 OK"));

        await ShouldBeRefusedAsync(() => server.Store.ListAsync(bucket, "", "", 10, Cancellation), "InvalidBucketName");
        await ShouldBeRefusedAsync(
            () => server.Store.CopyAsync(S3Calls.Here, 1, new ObjectAddress(bucket, "x"), Cancellation),
            "InvalidBucketName");

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Attributes_that_a_header_can_not_carry_are_refused()
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("200 OK"));
        ObjectAttributes[] all =
        [
            new() { ContentType = "not a type" },
            new() { ContentType = "" },
            new() { CacheControl = "no-store\r\nx-amz-acl: public-read" },
            new() { ContentDisposition = "attachment; filename=\"é\"" },
            new() { Metadata = new Dictionary<string, string> { ["name"] = "日本" } },
            new() { Metadata = new Dictionary<string, string> { ["na\nme"] = "value" } },
        ];

        foreach (var attributes in all)
        {
            await ShouldBeRefusedAsync(
                () => server.Store.PutAsync(S3Calls.Here, Stream.Null, attributes, PutCondition.None, Cancellation),
                "InvalidArgument");
        }

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_content_type_is_guessed_from_the_key()
    {
        await using var server = new FakeS3(_ => FakeS3.Stored());

        await S3Calls.PutAsync(server.Store, PutCondition.None, Cancellation);

        server.Requests.ShouldHaveSingleItem().ShouldContain("Content-Type: binary/octet-stream\r\n");
    }

    [Theory]
    [InlineData("/x", "//x")]
    [InlineData("//x", "///x")]
    [InlineData("/", "//")]
    [InlineData("/a b/x", "//a%20b/x")]
    [InlineData("../../x", "/../../x")]
    [InlineData("a/./x%2F", "/a/./x%252F")]
    public async Task A_key_is_part_of_the_path_unchanged(string key, string path)
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("404 Not Found"));

        await server.Store.HeadAsync(new ObjectAddress("bucket", key), Cancellation);

        server.Requests.ShouldHaveSingleItem().ShouldStartWith($"HEAD /bucket{path} HTTP/1.1");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("/s3", "/s3")]
    [InlineData("/s3/", "/s3")]
    [InlineData("/s3//", "/s3")]
    [InlineData("/a/b/", "/a/b")]
    public async Task A_slash_at_the_end_of_the_servers_address_changes_no_path(string address, string path)
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("404 Not Found"));
        using var store = new S3ObjectStore(
            AwsSection.At(server.Url + address), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);

        await store.HeadAsync(new ObjectAddress("bucket", "a"), Cancellation);
        await store.HeadAsync(new ObjectAddress("bucket", "/a"), Cancellation);
        var url = (await store.PresignAsync(
            new ObjectAddress("bucket", "a"), new(), new(null, null), DateTimeOffset.UnixEpoch, Cancellation)).Url;

        server.Requests.Select(request => request.Split(' ')[1]).ShouldBe([$"{path}/bucket/a", $"{path}/bucket//a"]);
        new Uri(url).AbsolutePath.ShouldBe($"{path}/bucket/a");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task ShouldBeRefusedAsync(Func<Task> call, string code)
    {
        var fault = await Should.ThrowAsync<StoreException>(call);
        (fault.Code, fault.IsTransient).ShouldBe((code, false));
    }
}
