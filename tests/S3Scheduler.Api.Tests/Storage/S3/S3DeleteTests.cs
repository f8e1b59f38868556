namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Servers and policies that refuse DeleteObjects, the deletion of many in one request.</summary>
public sealed class S3DeleteTests
{
    private static readonly DeleteTarget[] Targets = [new("a"), new("b"), new("c\a")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("400 Bad Request", "MissingContentMD5")]
    [InlineData("400 Bad Request", "InvalidRequest")]
    [InlineData("400 Bad Request", "InvalidDigest")]
    [InlineData("400 Bad Request", "XAmzContentSHA256Mismatch")]
    [InlineData("400 Bad Request", "MalformedXML")]
    [InlineData("501 Not Implemented", "NotImplemented")]
    [InlineData("405 Method Not Allowed", "MethodNotAllowed")]
    [InlineData("403 Forbidden", "AccessDenied")]
    public async Task If_a_batch_is_refused_each_object_is_deleted_alone_then_and_later(string status, string code)
    {
        await using var server = new FakeS3(
            request => IsBatch(request) ? FakeS3.Error(status, code) : FakeS3.Answer("204 No Content"));

        (await DeleteAsync(server)).Failed.ShouldBeEmpty();

        server.Requests.Count(IsBatch).ShouldBe(1);
        Singles(server).ShouldBe(["/bucket/a", "/bucket/b", "/bucket/c%07"], ignoreOrder: true);

        (await DeleteAsync(server)).Failed.ShouldBeEmpty();

        server.Requests.Count(IsBatch).ShouldBe(1);
        Singles(server).Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_refusal_of_batches_is_said_once()
    {
        await using var server = new FakeS3(
            request => IsBatch(request) ? FakeS3.Error("400 Bad Request", "MissingContentMD5") : Deleted);

        await DeleteAsync(server);
        await DeleteAsync(server);

        server.Log.Texts.ShouldHaveSingleItem().ShouldContain("MissingContentMD5");
    }

    [Fact]
    public async Task Each_object_that_is_deleted_alone_has_its_own_outcome()
    {
        await using var server = new FakeS3(request => request switch
        {
            _ when IsBatch(request) => FakeS3.Error("501 Not Implemented", "NotImplemented"),
            _ when request.StartsWith("DELETE /bucket/a", StringComparison.Ordinal)
                => FakeS3.Error("403 Forbidden", "AccessDenied"),
            _ when request.StartsWith("DELETE /bucket/b", StringComparison.Ordinal) => null,
            _ => FakeS3.Error("404 Not Found", "NoSuchKey"),
        });

        (await DeleteAsync(server)).Failed.ShouldBe(
            new Dictionary<string, string> { ["a"] = "AccessDenied", ["b"] = StoreException.Unreachable },
            ignoreOrder: true);
    }

    [Fact]
    public async Task If_all_are_refused_each_way_no_exception_hides_it_and_a_batch_is_tried_again()
    {
        await using var server = new FakeS3(_ => FakeS3.Error("403 Forbidden", "AccessDenied"));

        (await DeleteAsync(server)).Failed.ShouldBe(
            Targets.ToDictionary(target => target.Key, _ => "AccessDenied"), ignoreOrder: true);
        await DeleteAsync(server);

        server.Requests.Count(IsBatch).ShouldBe(2);
        server.Log.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task If_a_batch_fails_for_now_nothing_is_deleted_alone()
    {
        await using var server = new FakeS3(_ => FakeS3.Error("503 Slow Down", "SlowDown"));

        var fault = await Should.ThrowAsync<StoreException>(() => DeleteAsync(server, Targets[..2]));

        (fault.Code, fault.IsTransient).ShouldBe(("SlowDown", true));
        Singles(server).ShouldBeEmpty();
    }

    [Fact]
    public async Task If_no_single_deletion_is_answered_the_call_is_a_transient_fault()
    {
        await using var server = new FakeS3(
            request => IsBatch(request) ? FakeS3.Error("501 Not Implemented", "NotImplemented") : null);

        (await Should.ThrowAsync<StoreException>(() => DeleteAsync(server))).IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task A_thousand_objects_are_deleted_alone_each_with_one_request()
    {
        await using var server = new FakeS3(
            request => IsBatch(request) ? FakeS3.Error("501 Not Implemented", "NotImplemented") : Deleted);
        DeleteTarget[] targets = [.. Enumerable.Range(0, 1000).Select(n => new DeleteTarget($"{n}"))];

        (await DeleteAsync(server, targets)).Failed.ShouldBeEmpty();

        Singles(server).ShouldBe(targets.Select(target => $"/bucket/{target.Key}"), ignoreOrder: true);
    }

    private static string Deleted => FakeS3.Answer("204 No Content");

    private static bool IsBatch(string request) =>
        request.StartsWith("POST /bucket?delete", StringComparison.Ordinal)
        || request.StartsWith("POST /bucket/?delete", StringComparison.Ordinal);

    private static List<string> Singles(FakeS3 server) =>
    [
        .. server.Requests.Where(request => request.StartsWith("DELETE ", StringComparison.Ordinal))
            .Select(request => request.Split(' ', '?')[1]),
    ];

    private static Task<DeleteResult> DeleteAsync(FakeS3 server, DeleteTarget[]? targets = null) =>
        server.Store.DeleteAsync("bucket", targets ?? Targets, Cancellation);
}
