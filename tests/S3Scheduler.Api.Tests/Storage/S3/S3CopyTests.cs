namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>An object of 25 bytes is copied in parts of ten bytes, and what can go wrong.</summary>
public sealed class S3CopyTests
{
    private const int Size = 25;

    private static readonly MultipartLimits TenBytes = new() { LargestCopy = 10, CopyPart = 10, StagedPart = 10 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_copied_in_ranges_and_keeps_the_attributes_of_its_source()
    {
        await using var server = Server(_ => null);

        (await CopyAsync(server)).ShouldBe(CopyOutcome.Copied);

        server.Steps().ShouldBe([Step.Look, Step.Begin, Step.Part, Step.Part, Step.Part, Step.Look, Step.Complete]);
        var begin = server.Requests.ElementAt(1);
        begin.ShouldStartWith("POST /bucket/there?uploads");
        begin.ShouldContain("Content-Type: text/plain\r\n");
        begin.ShouldContain("x-amz-meta-schedule-id: q7\r\n");
        var parts = server.Requests.Where(r => FakeUploads.StepOf(r) == Step.Part).ToList();
        parts.ShouldAllBe(
            part => part.Contains("x-amz-copy-source-if-match: \"00\"", StringComparison.OrdinalIgnoreCase));
        parts.Select(part => part.Split("bytes=")[1].Split("\r\n")[0]).Order().ShouldBe(["0-9", "10-19", "20-24"]);
    }

    [Fact]
    public async Task Staged_content_is_copied_in_ranges_and_its_bytes_are_not_read()
    {
        await using var server = Server(
            request => request.StartsWith("HEAD /bucket/here.html ", StringComparison.Ordinal)
                ? FakeUploads.NotThere
                : null);
        var staged = new StagedContent(server.Store, new("bucket", "staged"), Size);

        (await server.Store.PutAsync(S3Calls.Here, staged, new() { ContentType = "text/csv" },
            PutCondition.IfAbsent, Cancellation)).Stored.ShouldBeTrue();

        server.Requests.ShouldAllBe(request => !request.StartsWith("GET ", StringComparison.Ordinal));
        server.Requests.Single(r => r.IsAt(Step.Begin)).ShouldContain("Content-Type: text/csv\r\n");
        var parts = server.Requests.Where(r => r.IsAt(Step.Part)).ToList();
        parts.ShouldAllBe(part => part.Contains("x-amz-copy-source: bucket%2Fstaged\r\n", StringComparison.Ordinal));
        parts.Select(part => part.Split("bytes=")[1].Split("\r\n")[0]).Order().ShouldBe(["0-9", "10-19", "20-24"]);
        server.Requests.Single(r => r.IsAt(Step.Complete)).ShouldContain("If-None-Match: *");
    }

    [Theory]
    [InlineData("here", 10, "there")]
    [InlineData("100%", 25, "there")]
    [InlineData("here", 25, "bell\a")]
    public async Task A_small_object_or_a_key_that_servers_can_not_handle_in_parts_is_one_COPY(
        string source, long size, string target)
    {
        await using var server = new FakeS3(
            _ => FakeS3.Answer("200 OK", "<CopyObjectResult><ETag>\"00\"</ETag></CopyObjectResult>"), TenBytes);

        (await server.Store.CopyAsync(new("bucket", source), size, new("bucket", target), Cancellation))
            .ShouldBe(CopyOutcome.Copied);

        server.Requests.ShouldHaveSingleItem().ShouldStartWith("PUT ");
    }

    [Theory]
    [InlineData("Old_Bucket"), InlineData("old.bucket."), InlineData("re..ports"), InlineData("192.168.0.1")]
    [InlineData("xn--reports"), InlineData("{longest}"), InlineData("reports--usw2-az1--x-s3")]
    [InlineData("my-ap-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias")]
    public async Task Each_name_that_AWS_takes_is_asked_for_as_it_is(string bucket)
    {
        bucket = bucket.Replace("{longest}", new string('B', 255), StringComparison.Ordinal);
        await using var server = new FakeS3(
            _ => FakeS3.Answer("200 OK", "<CopyObjectResult><ETag>\"00\"</ETag></CopyObjectResult>"));

        (await server.Store.CopyAsync(new("scheduler", "here"), 5, new(bucket, "there"), Cancellation))
            .ShouldBe(CopyOutcome.Copied);

        server.Requests.ShouldHaveSingleItem().ShouldStartWith($"PUT /{bucket}/there");
    }

    [Fact]
    public async Task A_source_that_is_missing_at_the_beginning_is_reported()
    {
        await using var server = Server(request => request.IsAt(Step.Look) ? FakeUploads.NotThere : null);

        (await CopyAsync(server)).ShouldBe(CopyOutcome.SourceMissing);

        server.Steps().ShouldBe([Step.Look]);
    }

    [Theory]
    [InlineData("404 Not Found", "NoSuchKey")]
    [InlineData("412 Precondition Failed", "PreconditionFailed")]
    [InlineData("416 Requested Range Not Satisfiable", "InvalidRange")]
    public async Task A_source_that_disappears_midway_is_missing_and_the_upload_is_aborted(string status, string code)
    {
        await using var server = Server(request =>
            request.Contains("bytes=10-19", StringComparison.Ordinal) ? FakeS3.Error(status, code) : null);

        (await CopyAsync(server)).ShouldBe(CopyOutcome.SourceMissing);

        ShouldBeAborted(server);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("\"other\"")]
    public async Task A_source_that_was_replaced_by_the_end_is_missing(string? found)
    {
        var looks = 0;
        await using var server = Server(request => request.IsAt(Step.Look) && ++looks == 2
            ? found is null ? FakeUploads.NotThere : FakeUploads.There(found)
            : null);

        (await CopyAsync(server)).ShouldBe(CopyOutcome.SourceMissing);

        ShouldBeAborted(server);
    }

    [Theory]
    [InlineData("<Error><Code>AccessDenied</Code></Error>", "AccessDenied", false)]
    [InlineData("<Error><Code>InternalError</Code></Error>", "InternalError", true)]
    [InlineData("<CopyPartResult></CopyPartResult>", "UnreadableAnswer", true)]
    [InlineData("", "UnreadableAnswer", true)]
    public async Task An_error_inside_a_200_answer_to_a_part_is_a_fault(string body, string code, bool isTransient)
    {
        await using var server = Server(request => request.IsAt(Step.Part) ? FakeS3.Answer("200 OK", body) : null);

        var fault = await Should.ThrowAsync<StoreException>(() => CopyAsync(server));

        (fault.Code, fault.IsTransient).ShouldBe((code, isTransient));
        ShouldBeAborted(server);
    }

    [Theory]
    [InlineData("404 Not Found", "NoSuchBucket", false)]
    [InlineData("403 Forbidden", "AccessDenied", false)]
    [InlineData("503 Slow Down", "SlowDown", true)]
    public async Task A_refusal_of_the_target_is_a_fault_and_not_retried(string status, string code, bool isTransient)
    {
        await using var server = Server(request => request.IsAt(Step.Begin) ? FakeS3.Error(status, code) : null);

        var fault = await Should.ThrowAsync<StoreException>(() => CopyAsync(server));

        (fault.Code, fault.IsTransient).ShouldBe((code, isTransient));
        server.Steps().ShouldBe([Step.Look, Step.Begin]);
    }

    [Fact]
    public async Task After_a_lost_answer_at_the_end_nothing_is_aborted_because_it_can_be_copied()
    {
        await using var server = Server(request => request.IsAt(Step.Complete) ? FakeS3.Silence : null);

        (await Should.ThrowAsync<StoreException>(() => CopyAsync(server))).Code.ShouldBe(StoreException.Unreachable);

        server.Steps().Count(step => step == Step.Complete).ShouldBe(1);
        server.Steps().ShouldNotContain(Step.Abort);
    }

    [Theory]
    [InlineData("Begin")]
    [InlineData("Part")]
    [InlineData("Look")]
    public async Task A_copy_that_is_cancelled_before_its_end_copies_nothing(string step)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var looks = 0;
        await using var server = Server(request =>
        {
            // Of two HEADs, the one right before the end.
            if (request.IsAt(Enum.Parse<Step>(step)) && (step != "Look" || ++looks == 2)) cancel.Cancel();
            return null;
        });

        await Should.ThrowAsync<OperationCanceledException>(
            () => server.Store.CopyAsync(S3Calls.Here, Size, S3Calls.There, cancel.Token));

        ShouldBeAborted(server);
    }

    [Fact]
    public async Task A_copy_that_can_not_commit_copies_nothing()
    {
        await using var server = Server(_ => null);
        // It is called after the last part.
        bool CanCommit() => server.Steps().Count(step => step == Step.Part) < 3;

        (await server.Store.CopyAsync(S3Calls.Here, Size, S3Calls.There, CanCommit, Cancellation))
            .ShouldBe(CopyOutcome.GivenUp);

        ShouldBeAborted(server);
    }

    // Null: the usual answer.
    private static FakeS3 Server(Func<string, string?> answer) => new(request => answer(request) switch
    {
        null when request.IsAt(Step.Look) => FakeUploads.There("\"00\"", Size),
        null => FakeUploads.Answer(request),
        var other => other,
    }, TenBytes);

    private static Task<CopyOutcome> CopyAsync(FakeS3 server) =>
        server.Store.CopyAsync(S3Calls.Here, Size, S3Calls.There, Cancellation);

    private static void ShouldBeAborted(FakeS3 server)
    {
        server.Steps().ShouldNotContain(Step.Complete);
        server.Steps().ShouldContain(Step.Abort);
    }
}
