using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Answers that begin and then stand still.</summary>
public sealed class S3StalledBodyTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_content_that_makes_no_progress_for_the_limit_of_a_call_is_a_transient_fault_for_its_reader()
    {
        await using var server = Server();
        var time = new ManualTime();
        using var store = Store(server, time);
        await using var stored = (await store.GetAsync(S3Calls.Here, Cancellation)).ShouldNotBeNull();
        await stored.Content.ReadExactlyAsync(new byte[10], Cancellation);

        var reading = stored.Content.ReadAsync(new byte[10], Cancellation).AsTask();
        await time.UntilAsleepAsync();
        time.Advance(Limit - TimeSpan.FromMilliseconds(1));
        reading.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));

        var fault = await Should.ThrowAsync<StoreException>(() => reading.WaitAsync(Hang, Cancellation));
        (fault.Code, fault.IsTransient).ShouldBe((StoreException.Unreachable, true));
    }

    [Fact]
    public async Task A_slow_content_that_makes_progress_may_take_any_time()
    {
        await using var server = Server();
        var time = new ManualTime();
        using var store = Store(server, time);
        await using var stored = (await store.GetAsync(S3Calls.Here, Cancellation)).ShouldNotBeNull();

        for (var at = 0; at < 10; at++)
        {
            time.Advance(0.9 * Limit);
            (await stored.Content.ReadAsync(new byte[1], Cancellation)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Cancelling_a_read_that_makes_no_progress_is_not_a_fault()
    {
        await using var server = Server();
        await using var stored = (await server.Store.GetAsync(S3Calls.Here, Cancellation)).ShouldNotBeNull();
        await stored.Content.ReadExactlyAsync(new byte[10], Cancellation);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var reading = stored.Content.ReadAsync(new byte[10], cancel.Token).AsTask();
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData("200 OK")]
    [InlineData("503 Slow Down")]
    public async Task An_answer_that_stops_in_the_middle_of_its_XML_ends_every_call_in_time(string status)
    {
        var answer = FakeS3.Answer(status, "<A><B>").Replace("Length: 6", "Length: 500", StringComparison.Ordinal);
        await using var server = new FakeS3(_ => answer + FakeS3.Silence);

        // A HEAD has no body, and that of a GET is read later.
        var isSuccess = status.StartsWith('2');
        var calls = S3Calls.All(server.Store).Where(c => c.Name != "head" && !(isSuccess && c.Name[..3] == "get"));
        await Task.WhenAll(calls.Select(async call =>
        {
            var fault = await Should.ThrowAsync<StoreException>(call.Make().WaitAsync(Hang, Cancellation), call.Name);
            (fault.Code, fault.IsTransient).ShouldBe((StoreException.Unreachable, true), call.Name);
        }));
    }

    private static FakeS3 Server() => new(
        _ => "HTTP/1.1 200 OK\r\nContent-Length: 20\r\nETag: \"00\"\r\n\r\n0123456789" + FakeS3.Silence);

    private static S3ObjectStore Store(FakeS3 server, TimeProvider time) =>
        new(server.Configuration, time, NullLogger<S3ObjectStore>.Instance);
}
