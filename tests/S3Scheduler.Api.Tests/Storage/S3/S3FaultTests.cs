using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

public sealed class S3FaultTests
{
    [Theory]
    [InlineData("503 Slow Down", "SlowDown", true)]
    [InlineData("500 Internal Server Error", "InternalError", true)]
    [InlineData("400 Bad Request", "RequestTimeout", true)]
    [InlineData("403 Forbidden", "RequestTimeTooSkewed", true)]
    [InlineData("429 Too Many Requests", "Unheard", true)]
    [InlineData("501 Not Implemented", "NotImplemented", false)]
    [InlineData("403 Forbidden", "AccessDenied", false)]
    [InlineData("403 Forbidden", "InvalidObjectState", false)]
    [InlineData("400 Bad Request", "KeyTooLongError", false)]
    [InlineData("404 Not Found", "NoSuchBucket", false)]
    public async Task A_fault_has_the_code_of_S3_and_is_transient_or_permanent(
        string status, string code, bool isTransient)
    {
        await using var server = new FakeS3(_ => FakeS3.Error(status, code));

        // The last call returns the fault of its one key, and so do deletions that are refused for good.
        foreach (var call in S3Calls.All(server.Store).SkipLast(isTransient ? 1 : 2).Where(c => c.Name != "head"))
        {
            var fault = await Should.ThrowAsync<StoreException>(call.Make, call.Name);
            (fault.Code, fault.IsTransient).ShouldBe((code, isTransient), call.Name);
            fault.Message.ShouldContain("bucket");
        }
    }

    [Theory]
    [InlineData("403 Forbidden", "AccessDenied", false)]
    [InlineData("503 Slow Down", "ServiceUnavailable", true)]
    public async Task A_head_without_body_gets_its_code_from_the_status(string status, string code, bool isTransient)
    {
        await using var server = new FakeS3(_ => FakeS3.Answer(status));

        var fault = await Should.ThrowAsync<StoreException>(() => server.Store.HeadAsync(S3Calls.Here, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe((code, isTransient));
    }

    [Fact]
    public async Task No_server_is_a_transient_fault()
    {
        var server = new FakeS3(_ => null);
        await server.DisposeAsync();
        using var store = new S3ObjectStore(
            server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance);

        foreach (var call in S3Calls.All(store)) await ShouldBeUnreachableAsync(call.Make, call.Name);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_a_transient_fault()
    {
        await using var server = new FakeS3(_ => FakeS3.Silence);

        await Task.WhenAll(S3Calls.All(server.Store).Select(call => ShouldBeUnreachableAsync(call.Make, call.Name)));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_a_transient_fault()
    {
        await using var server = new FakeS3(
            _ => FakeS3.Answer("200 OK", "<ListBucketResult>")
                .Replace("Length: 18", "Length: 500\r\nConnection: close", StringComparison.Ordinal));

        await ShouldBeUnreachableAsync(() => server.Store.ListAsync("bucket", "", "", 10, Cancellation), "list");
        await ShouldBeUnreachableAsync(
            () => server.Store.CopyAsync(S3Calls.Here, 1, S3Calls.There, Cancellation), "copy");
    }

    [Fact]
    public async Task A_content_that_breaks_off_is_a_transient_fault_for_its_reader()
    {
        await using var server = new FakeS3(
            _ => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\nETag: \"00\"\r\n\r\nhalf");

        await using var stored = await server.Store.GetAsync(S3Calls.Here, Cancellation);

        await ShouldBeUnreachableAsync(
            () => stored.ShouldNotBeNull().Content.CopyToAsync(Stream.Null, Cancellation), "read");
    }

    [Fact]
    public async Task An_answer_that_does_not_come_from_S3_is_a_transient_fault()
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("200 OK", "Welcome to the guest network"));

        var fault = await Should.ThrowAsync<StoreException>(
            () => server.Store.ListAsync("bucket", "", "", 10, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe(("UnreadableAnswer", true));
    }

    [Fact]
    public async Task Cancelling_a_call_in_progress_is_not_a_fault()
    {
        foreach (var name in S3Calls.Names)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            await using var server = new FakeS3(_ =>
            {
                cancel.Cancel();
                return FakeS3.Silence;
            });

            var call = S3Calls.All(server.Store, cancel.Token).Single(call => call.Name == name);
            await Should.ThrowAsync<OperationCanceledException>(call.Make, name);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task ShouldBeUnreachableAsync(Func<Task> call, string name)
    {
        var fault = await Should.ThrowAsync<StoreException>(call, name);
        (fault.Code, fault.IsTransient).ShouldBe((StoreException.Unreachable, true), name);
    }
}
