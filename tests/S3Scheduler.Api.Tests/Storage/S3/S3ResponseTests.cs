namespace S3Scheduler.Api.Tests.Storage.S3;

public sealed class S3ResponseTests
{
    private const string Rest = "<Size>1</Size><LastModified>2026-11-21T19:04:00.000Z</LastModified>";

    [Theory]
    [InlineData("<Error><Code>InternalError</Code><Message>Sorry.</Message></Error>", "InternalError", true)]
    [InlineData("<Error><Code>AccessDenied</Code></Error>", "AccessDenied", false)]
    [InlineData("<CopyObjectResult></CopyObjectResult>", "UnreadableAnswer", true)]
    [InlineData("", "UnreadableAnswer", true)]
    public async Task An_error_inside_a_200_answer_to_a_copy_is_a_fault(string body, string code, bool isTransient)
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("200 OK", body));

        var fault = await Should.ThrowAsync<StoreException>(CopyAsync(server));

        (fault.Code, fault.IsTransient).ShouldBe((code, isTransient));
        server.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_copy_distinguishes_a_missing_source_from_a_missing_bucket()
    {
        var code = "NoSuchKey";
        await using var server = new FakeS3(_ => FakeS3.Error("404 Not Found", code));
        (await CopyAsync(server)()).ShouldBe(CopyOutcome.SourceMissing);

        code = "NoSuchBucket";
        var fault = await Should.ThrowAsync<StoreException>(CopyAsync(server));

        (fault.Code, fault.IsTransient).ShouldBe((StoreException.NoSuchBucket, false));
    }

    [Fact]
    public async Task A_conditional_put_that_fails_its_condition_is_not_stored()
    {
        await using var server = new FakeS3(_ => FakeS3.Error("412 Precondition Failed", "PreconditionFailed"));

        var result = await S3Calls.PutAsync(server.Store, PutCondition.IfAbsent, Cancellation);

        result.Stored.ShouldBeFalse();
        result.Time.Date.ShouldBe(new DateTimeOffset(2026, 11, 21, 19, 5, 0, TimeSpan.Zero));
        server.Requests.ShouldHaveSingleItem().ShouldContain("If-None-Match: *");
    }

    [Fact]
    public async Task A_conditional_put_that_conflicts_with_another_is_retried()
    {
        var left = 2;
        await using var server = new FakeS3(_ => left-- > 0
            ? FakeS3.Error("409 Conflict", "ConditionalRequestConflict")
            : FakeS3.Stored());

        (await S3Calls.PutAsync(server.Store, PutCondition.IfAbsent, Cancellation)).Stored.ShouldBeTrue();

        server.Requests.Count.ShouldBe(3);
        server.Requests.ShouldAllBe(request => request.EndsWith("\u0001\u0002\u0003"));
    }

    [Fact]
    public async Task A_conditional_put_that_always_conflicts_with_another_is_a_transient_fault()
    {
        await using var server = new FakeS3(_ => FakeS3.Error("409 Conflict", "ConditionalRequestConflict"));

        var fault = await Should.ThrowAsync<StoreException>(
            () => S3Calls.PutAsync(server.Store, PutCondition.IfAbsent, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe(("ConditionalRequestConflict", true));
        server.Requests.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("put if absent", 1)]
    [InlineData("copy", 1)]
    [InlineData("put", 2)]
    [InlineData("get", 2)]
    [InlineData("list", 2)]
    [InlineData("delete", 2)]
    public async Task Only_calls_that_can_be_repeated_are_retried(string name, int tries)
    {
        foreach (var answer in new[] { FakeS3.Error("503 Slow Down", "SlowDown"), null })
        {
            // On a used connection, HttpClient itself would retry.
            var first = true;
            await using var server = new FakeS3(_ =>
            {
                if (!first) return answer;
                first = false;
                return FakeS3.Answer("200 OK", "<ListBucketResult/>");
            });
            await server.Store.ListAsync("bucket", "", "", 10, Cancellation);

            var call = S3Calls.All(server.Store).Single(call => call.Name == name);
            (await Should.ThrowAsync<StoreException>(call.Make)).IsTransient.ShouldBeTrue();

            var asked = server.Requests.Count - 1;
            if (tries == 1) asked.ShouldBe(1, $"answer: {answer}");
            else asked.ShouldBeGreaterThanOrEqualTo(tries, $"answer: {answer}");
        }
    }

    [Fact]
    public async Task A_HEAD_is_not_retried_because_a_sweep_would_wait_for_it()
    {
        await using var server = new FakeS3(_ => FakeS3.Error("503 Slow Down", "SlowDown"));

        var head = S3Calls.All(server.Store).Single(call => call.Name == "head");
        (await Should.ThrowAsync<StoreException>(head.Make)).IsTransient.ShouldBeTrue();

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_without_Date_is_a_fault_if_the_time_is_needed()
    {
        await using var server = new FakeS3(request => FakeS3.Answer(
            "200 OK", request.StartsWith("POST", StringComparison.Ordinal) ? "<DeleteResult/>" : "<ListBucketResult/>",
            "ETag: \"00\"\r\nLast-Modified: Sat, 21 Nov 2026 19:05:00 GMT"));

        (await server.Store.HeadAsync(S3Calls.Here, Cancellation)).ShouldNotBeNull();
        foreach (var name in new[] { "put", "list", "delete" })
        {
            var call = S3Calls.All(server.Store).Single(call => call.Name == name);
            var fault = await Should.ThrowAsync<StoreException>(call.Make);
            (fault.Code, fault.IsTransient).ShouldBe(("DateMissing", false));
        }

        server.Store.Clock.Earliest.ShouldBe(DateTimeOffset.MinValue);
    }

    [Fact]
    public async Task Quotes_that_a_server_leaves_out_of_an_ETag_are_added()
    {
        await using var server = new FakeS3(_ => FakeS3.Answer(
            "200 OK", $"<ListBucketResult><Contents><Key>a</Key><ETag>00ff</ETag>{Rest}</Contents>"
                + $"<Contents><Key>b</Key><ETag>&quot;00ff&quot;</ETag>{Rest}</Contents></ListBucketResult>"));

        var page = await server.Store.ListAsync("bucket", "", "", 10, Cancellation);

        page.Objects.ShouldAllBe(listed => listed.ETag == "\"00ff\"");
    }

    [Fact]
    public async Task A_key_is_decoded_once_if_the_server_encoded_it_and_otherwise_never()
    {
        var encoding = "<EncodingType>url</EncodingType>";
        await using var server = new FakeS3(_ => FakeS3.Answer(
            "200 OK", $"<ListBucketResult>{encoding}<Contents><Key>a+%2B%252F%07</Key><ETag>00ff</ETag>{Rest}"
                + "</Contents></ListBucketResult>"));
        (await server.Store.ListAsync("bucket", "", "", 10, Cancellation)).Objects.Single().Key.ShouldBe("a +%2F\a");

        encoding = "";
        (await server.Store.ListAsync("bucket", "", "", 10, Cancellation)).Objects.Single().Key
            .ShouldBe("a+%2B%252F%07");
    }

    [Fact]
    public async Task Every_key_whose_deletion_is_not_acknowledged_has_failed()
    {
        await using var server = new FakeS3(_ => FakeS3.Answer(
            "200 OK",
            "<DeleteResult><Deleted><Key>gone</Key></Deleted>"
            + "<Error><Key>denied</Key><Code>AccessDenied</Code></Error>"
            + "<Error><Key>missing</Key><Code>NoSuchKey</Code></Error></DeleteResult>"));

        var result = await server.Store.DeleteAsync(
            "bucket", [new("gone", "\"00\""), new("denied"), new("missing"), new("forgotten")], Cancellation);

        result.Failed.ShouldBe(new Dictionary<string, string>
        {
            ["denied"] = "AccessDenied",
            ["forgotten"] = "NotAcknowledged",
        }, ignoreOrder: true);
        server.Requests.ShouldHaveSingleItem().ShouldContain("<ETag>\"00\"</ETag>");
    }

    [Theory]
    [InlineData("SlowDown")]
    [InlineData("Throttling")]
    [InlineData("ExpiredToken")]
    [InlineData(StoreException.NotAcknowledged)]
    public void A_deletion_that_failed_for_a_transient_reason_can_be_retried(string code)
    {
        var result = new DeleteResult(new Dictionary<string, string> { ["key"] = code }, default);

        Should.Throw<StoreException>(result.ThrowIfFailed).IsTransient.ShouldBeTrue();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Func<Task<CopyOutcome>> CopyAsync(FakeS3 server)
        => () => server.Store.CopyAsync(S3Calls.Here, 1, S3Calls.There, Cancellation);
}
