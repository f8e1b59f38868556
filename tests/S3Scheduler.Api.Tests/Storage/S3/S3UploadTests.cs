using System.Security.Cryptography;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Content is uploaded in parts of ten bytes, and what can go wrong.</summary>
public sealed class S3UploadTests
{
    private const string Content = "0123456789abcdefghijvwxyz";

    private static readonly MultipartLimits TenBytes = new() { LargestPut = 10, UploadPart = 10 };
    private static readonly ObjectAttributes Attributes = new()
    {
        ContentType = "text/x;a=b",
        ContentLanguage = "de",
        Metadata = new Dictionary<string, string> { ["schedule-id"] = "q7" },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_uploaded_in_parts_and_the_attributes_are_sent_at_the_beginning()
    {
        await using var server = Server(FakeUploads.Answer);

        var result = await PutAsync(server, PutCondition.None);

        (result.Stored, result.Time.Date).ShouldBe((true, new DateTimeOffset(2026, 11, 21, 19, 5, 0, TimeSpan.Zero)));
        server.Steps().ShouldBe([Step.Begin, Step.Part, Step.Part, Step.Part, Step.Complete]);
        var begin = server.Requests.First();
        begin.ShouldContain("Content-Type: text/x;a=b\r\n");
        begin.ShouldContain("Content-Language: de\r\n");
        begin.ShouldContain("x-amz-meta-schedule-id: q7\r\n");
        Parts(server).ShouldBe(["0123456789", "abcdefghij", "vwxyz"]);
        server.Requests.Last().ShouldContain("<PartNumber>3</PartNumber>");
    }

    [Theory]
    [InlineData(PutCondition.None, 25)]
    [InlineData(PutCondition.IfAbsent, 10)] // The object is there already, so the rest is not read.
    public async Task A_beginning_that_is_spooled_already_is_the_first_part_and_not_spooled_again(
        PutCondition condition, int read)
    {
        var beginning = Encoding.ASCII.GetBytes(Content[..10]);
        await using var server = Server(request =>
        {
            // A copy of it would be made before this, and keep the bytes.
            if (request.IsAt(Step.Begin)) beginning.AsSpan().Fill((byte)'X');
            return request.IsAt(Step.Look) ? FakeUploads.There("\"00\"") : FakeUploads.Answer(request);
        });
        await using var content = new StreamedContent(new MemoryStream(beginning), Bytes(Content[10..]));

        (await server.Store.PutAsync(S3Calls.Here, content, Attributes, condition, Cancellation)).Stored
            .ShouldBe(condition == PutCondition.None);

        content.BytesRead.ShouldBe(read);
        if (condition == PutCondition.None) Parts(server).ShouldBe(["XXXXXXXXXX", "abcdefghij", "vwxyz"]);
        (await content.HashAsync(Cancellation)).ShouldBe(SHA256.HashData(Encoding.ASCII.GetBytes(Content)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task Content_that_ends_within_its_first_part_is_one_PUT(int size)
    {
        await using var server = new FakeS3(_ => FakeS3.Stored(), TenBytes);

        (await PutAsync(server, PutCondition.IfAbsent, Content[..size])).Stored.ShouldBeTrue();

        server.Requests.ShouldHaveSingleItem().ShouldStartWith("PUT /bucket/here.html HTTP/1.1");
    }

    [Fact]
    public async Task A_file_is_one_PUT_if_one_PUT_can_carry_it()
    {
        await using var server = new FakeS3(
            request => request.StartsWith("PUT /bucket/here.html HTTP", StringComparison.Ordinal)
                ? FakeS3.Stored()
                : FakeUploads.Answer(request),
            TenBytes with { LargestPut = 24 });

        await server.Store.PutAsync(S3Calls.Here, Bytes(Content[..24]), Attributes, PutCondition.None, Cancellation);
        server.Requests.Count.ShouldBe(1);
        await server.Store.PutAsync(S3Calls.Here, Bytes(Content), Attributes, PutCondition.None, Cancellation);

        server.Requests.Count.ShouldBe(1 + 5);
    }

    [Fact]
    public async Task If_the_object_exists_already_the_rest_is_not_read()
    {
        await using var server = Server(_ => FakeUploads.There("\"00\""));
        await using var content = new ForwardOnlyStream(new byte[10], new InvalidDataException("It was read on."));

        (await server.Store.PutAsync(S3Calls.Here, content, Attributes, PutCondition.IfAbsent, Cancellation)).Stored
            .ShouldBeFalse();

        server.Steps().ShouldBe([Step.Look]);
    }

    [Fact]
    public async Task If_another_object_was_stored_meanwhile_nothing_is_stored()
    {
        var looks = 0;
        await using var server = Server(request =>
            request.IsAt(Step.Look) && ++looks == 2 ? FakeUploads.There("\"00\"") : FakeUploads.Answer(request));

        (await PutAsync(server, PutCondition.IfAbsent)).Stored.ShouldBeFalse();

        server.Steps().ShouldNotContain(Step.Complete);
        server.Steps().ShouldContain(Step.Abort);
    }

    [Fact]
    public async Task If_the_condition_does_not_hold_at_the_end_nothing_is_stored()
    {
        await using var server = Server(request => request.IsAt(Step.Complete)
            ? FakeS3.Error("412 Precondition Failed", "PreconditionFailed")
            : FakeUploads.Answer(request));

        (await PutAsync(server, PutCondition.IfAbsent)).Stored.ShouldBeFalse();

        server.Requests.Single(r => r.IsAt(Step.Complete)).ShouldContain("If-None-Match: *");
        server.Steps().ShouldContain(Step.Abort);
    }

    [Theory]
    [InlineData(FakeUploads.ETag, true)]
    [InlineData("\"other-2\"", false)]
    [InlineData(null, true)] // delivered already
    public async Task If_the_server_ignores_the_condition_and_another_object_wins_nothing_counts_as_stored(
        string? found, bool stored)
    {
        var looks = 0;
        await using var server = Server(request => request.IsAt(Step.Look) && ++looks == 3 && found is not null
            ? FakeUploads.There(found)
            : FakeUploads.Answer(request));

        (await PutAsync(server, PutCondition.IfAbsent)).Stored.ShouldBe(stored);

        looks.ShouldBe(3);
    }

    [Fact]
    public async Task An_ETag_that_the_server_leaves_out_is_calculated_from_those_of_the_parts_in_their_order()
    {
        const string etag = "\"5289df737df57326fcdd22597afb1fac-3\"";
        var looks = 0;
        await using var server = Server(request => FakeUploads.StepOf(request) switch
        {
            Step.Part => FakeS3.Answer("200 OK", headers: $"ETag: \"0{request.Split("partNumber=")[1][0]}\""),
            Step.Complete => FakeS3.Answer(
                "200 OK", "<CompleteMultipartUploadResult><Key>here.html</Key></CompleteMultipartUploadResult>"),
            Step.Look when ++looks == 3 => FakeUploads.There(etag),
            _ => FakeUploads.Answer(request),
        });

        (await PutAsync(server, PutCondition.IfAbsent)).Stored.ShouldBeTrue();
    }

    [Fact]
    public async Task A_part_is_tried_again_with_its_own_bytes()
    {
        var left = 2;
        await using var server = Server(request => request.IsAt(Step.Part) && Interlocked.Decrement(ref left) >= 0
            ? FakeS3.Error("503 Slow Down", "SlowDown")
            : FakeUploads.Answer(request));

        (await PutAsync(server, PutCondition.None)).Stored.ShouldBeTrue();

        var parts = server.Requests.Where(r => r.IsAt(Step.Part)).Select(r => r.Split("\r\n\r\n")[1]).ToList();
        parts.Count.ShouldBe(5);
        parts.Distinct().Order().ShouldBe(["0123456789", "abcdefghij", "vwxyz"]);
    }

    [Theory]
    [InlineData("Begin", 0)]
    [InlineData("Part", 1)]
    [InlineData("Complete", 1)]
    public async Task A_refused_upload_is_aborted_even_if_the_abort_is_refused_too(string step, int aborts)
    {
        await using var server = Server(request => FakeUploads.StepOf(request) switch
        {
            var now when now == Enum.Parse<Step>(step) => FakeS3.Error("403 Forbidden", "AccessDenied"),
            Step.Abort => FakeS3.Error("501 Not Implemented", "NotImplemented"),
            _ => FakeUploads.Answer(request),
        });

        var fault = await Should.ThrowAsync<StoreException>(() => PutAsync(server, PutCondition.None));

        (fault.Code, fault.IsTransient).ShouldBe(("AccessDenied", false));
        server.Steps().Count(s => s == Step.Abort).ShouldBe(aborts);
    }

    // In the order of their numbers.
    private static IEnumerable<string> Parts(FakeS3 server) => server.Requests.Where(request => request.IsAt(Step.Part))
        .OrderBy(part => part.Split("partNumber=")[1][0]).Select(part => part.Split("\r\n\r\n")[1]);

    private static FakeS3 Server(Func<string, string?> answer) => new(answer, TenBytes);

    private static MemoryStream Bytes(string content) => new(Encoding.ASCII.GetBytes(content));

    private static async Task<PutResult> PutAsync(FakeS3 server, PutCondition condition, string content = Content)
    {
        await using var stream = new ForwardOnlyStream(Encoding.ASCII.GetBytes(content));
        return await server.Store.PutAsync(S3Calls.Here, stream, Attributes, condition, Cancellation);
    }
}
