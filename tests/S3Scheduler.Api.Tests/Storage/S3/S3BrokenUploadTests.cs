namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>An upload in parts that breaks off leaves no parts behind.</summary>
public sealed class S3BrokenUploadTests
{
    private static readonly MultipartLimits TenBytes = new() { LargestPut = 10, UploadPart = 10 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("503 Service Unavailable")]
    [InlineData("200 OK")]
    public async Task After_a_lost_answer_at_the_end_nothing_is_aborted_because_it_can_be_stored(string? status)
    {
        await using var server = Server(request => request.IsAt(Step.Complete)
            ? status is null ? null : FakeS3.Answer(status)
            : FakeUploads.Answer(request));

        (await Should.ThrowAsync<StoreException>(() => PutAsync(server))).IsTransient.ShouldBeTrue();

        server.Steps().Count(step => step == Step.Complete).ShouldBe(1);
        server.Steps().ShouldNotContain(Step.Abort);
    }

    [Theory]
    [InlineData("InternalError", true)]
    [InlineData("AccessDenied", false)]
    public async Task An_error_inside_a_200_answer_at_the_end_is_a_fault_and_aborted(string code, bool isTransient)
    {
        await using var server = Server(request => request.IsAt(Step.Complete)
            ? FakeS3.Answer("200 OK", $"<Error><Code>{code}</Code></Error>")
            : FakeUploads.Answer(request));

        var fault = await Should.ThrowAsync<StoreException>(() => PutAsync(server));

        (fault.Code, fault.IsTransient).ShouldBe((code, isTransient));
        server.Steps().Count(step => step == Step.Complete).ShouldBe(1);
        server.Steps().ShouldContain(Step.Abort);
    }

    [Fact]
    public async Task A_part_without_an_ETag_was_not_stored_and_the_upload_is_aborted()
    {
        await using var server = Server(request =>
            request.IsAt(Step.Part) ? FakeS3.Answer("200 OK", "<html/>") : FakeUploads.Answer(request));

        (await Should.ThrowAsync<StoreException>(() => PutAsync(server))).IsTransient.ShouldBeTrue();

        server.Steps().ShouldNotContain(Step.Complete);
        server.Steps().ShouldContain(Step.Abort);
    }

    [Fact]
    public async Task An_upload_is_aborted_again_until_no_part_is_left()
    {
        var aborts = 0;
        await using var server = Server(request => FakeUploads.StepOf(request) switch
        {
            Step.Part => FakeS3.Error("403 Forbidden", "AccessDenied"),
            Step.Abort when ++aborts > 1 => FakeUploads.Missing,
            _ => FakeUploads.Answer(request),
        });

        (await Should.ThrowAsync<StoreException>(() => PutAsync(server))).Code.ShouldBe("AccessDenied");

        aborts.ShouldBe(2);
    }

    [Fact]
    public async Task After_a_lost_answer_to_the_beginning_the_request_is_not_retried()
    {
        await using var server = Server(_ => null);

        (await Should.ThrowAsync<StoreException>(() => PutAsync(server))).Code.ShouldBe(StoreException.Unreachable);

        server.Steps().ShouldBe([Step.Begin]);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(35)]
    public async Task An_exception_of_the_content_is_rethrown_after_an_abort_even_if_the_abort_fails(int after)
    {
        await using var server = Server(request => request.IsAt(Step.Abort) ? null : FakeUploads.Answer(request));
        var broken = new InvalidDataException("The client went away.");
        await using var content = new ForwardOnlyStream(new byte[after], broken);

        var thrown = await Should.ThrowAsync<InvalidDataException>(
            () => server.Store.PutAsync(S3Calls.Here, content, new(), PutCondition.None, Cancellation));

        thrown.ShouldBeSameAs(broken);
        server.Steps().ShouldContain(Step.Abort);
        server.Steps().ShouldNotContain(Step.Complete);
    }

    [Theory]
    [InlineData("Begin")]
    [InlineData("Part")]
    public async Task A_cancelled_upload_is_aborted(string step)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var server = Server(request =>
        {
            if (!request.IsAt(Enum.Parse<Step>(step))) return FakeUploads.Answer(request);
            cancel.Cancel();
            // The answer with the name of the upload still arrives.
            return request.IsAt(Step.Begin) ? FakeUploads.Answer(request) : FakeS3.Silence;
        });

        await Should.ThrowAsync<OperationCanceledException>(() => PutAsync(server, cancel.Token));

        server.Steps().ShouldContain(Step.Abort);
        server.Steps().ShouldNotContain(Step.Complete);
    }

    [Fact]
    public async Task Only_the_parts_that_are_sent_at_once_are_read()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var parts = 0;
        await using var server = Server(request =>
        {
            if (!request.IsAt(Step.Part)) return FakeUploads.Answer(request);
            if (Interlocked.Increment(ref parts) == 4) cancel.Cancel();
            return FakeS3.Silence;
        });
        await using var content = new Counted();

        await Should.ThrowAsync<OperationCanceledException>(
            () => server.Store.PutAsync(S3Calls.Here, content, new(), PutCondition.None, cancel.Token));

        (parts, content.Count).ShouldBe((4, 40));
    }

    private static FakeS3 Server(Func<string, string?> answer) => new(answer, TenBytes);

    private static async Task<PutResult> PutAsync(FakeS3 server, CancellationToken? cancel = null)
    {
        await using var content = new ForwardOnlyStream(new byte[25]);
        return await server.Store.PutAsync(S3Calls.Here, content, new(), PutCondition.None, cancel ?? Cancellation);
    }

    private sealed class Counted : ForwardOnly
    {
        public int Count { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            Count += buffer.Length;
            return buffer.Length;
        }
    }
}
