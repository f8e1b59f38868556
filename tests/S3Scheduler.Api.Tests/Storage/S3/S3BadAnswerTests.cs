namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Answers that no S3 server should give.</summary>
public sealed class S3BadAnswerTests
{
    private const string Tag = "ETag: \"00\"\r\nDate: Sat, 21 Nov 2026 19:05:00 GMT";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Answers =>
    [
        FakeS3.Answer("200 OK"),
        FakeS3.Answer("200 OK", "<"),
        FakeS3.Answer("200 OK", "{\"error\":1}"),
        FakeS3.Answer("200 OK", "<A/><B/>"),
        FakeS3.Answer("200 OK", "<ListBucketResult><Contents><Size>many</Size></Contents></ListBucketResult>"),
        FakeS3.Answer("200 OK", "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>"),
        FakeS3.Answer("200 OK", "<ListBucketResult><IsTruncated>perhaps</IsTruncated></ListBucketResult>"),
        FakeS3.Answer("200 OK", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
        FakeS3.Answer("200 OK", "<ListBucketResult><Contents><Key>a</Key><LastModified>soon</LastModified></Contents>"
            + "</ListBucketResult>"),
        FakeS3.Answer("200 OK", "<CopyObjectResult><LastModified>soon</LastModified></CopyObjectResult>"),
        FakeS3.Answer("200 OK", "<DeleteResult><Deleted/><Error/></DeleteResult>"),
        FakeS3.Answer("200 OK", "<DeleteResult><Deleted><DeleteMarker>no?</DeleteMarker></Deleted></DeleteResult>"),
        FakeS3.Answer("200 OK", "", $"{Tag}\r\nLast-Modified: soon"),
        FakeS3.Answer("200 OK", "", $"{Tag}\r\nLast-Modified: Fri, 31 Dec 9999 23:59:50 GMT"),
        FakeS3.Answer("200 OK", "", $"{Tag}\r\nExpires: never\r\nx-amz-expiration: ?\r\nx-amz-mp-parts-count: few"),
        FakeS3.Answer("200 OK", "", $"{Tag}\r\nx-amz-delete-marker: perhaps\r\nx-amz-missing-meta: many"),
        FakeS3.Answer("200 OK", "", $"{Tag}\r\nx-amz-object-lock-retain-until-date: later\r\nx-amz-tagging-count: x"),
        FakeS3.Answer("200 OK", "", "Date: tomorrow\r\nETag: x"),
        FakeS3.Answer("200 OK", "", "\u0001: \u0002\r\nx-amz-meta-: \r\n: "),
        FakeS3.Answer("200 OK").Replace("Content-Length: 0", "Content-Length: -5", StringComparison.Ordinal),
        FakeS3.Answer("200 OK").Replace("Content-Length: 0", "Content-Length: few", StringComparison.Ordinal),
        FakeS3.Answer("200 OK").Replace("Content-Length: 0", "Transfer-Encoding: chunked", StringComparison.Ordinal)
            + "zz\r\n",
        FakeS3.Answer("206 Partial Content", "abc", $"{Tag}\r\nContent-Range: bytes 5-2/1"),
        FakeS3.Answer("301 Moved Permanently", "", "Location: ::::"),
        FakeS3.Answer("307 Temporary Redirect", "<Error><Code>TemporaryRedirect</Code></Error>", "Location: nowhere"),
        FakeS3.Answer("304 Not Modified"),
        FakeS3.Answer("400 Bad Request", "<Error>"),
        FakeS3.Answer("400 Bad Request", "<Error><Code/></Error>"),
        FakeS3.Answer("404 Not Found", "not XML"),
        FakeS3.Answer("500 Internal Server Error", "<html>"),
        "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\r\n\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Answers), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_answer_is_a_fault_of_the_store_or_none_and_never_another_exception(string answer)
    {
        var isKept = answer.Contains("Content-Length: 0\r\n", StringComparison.Ordinal);
        await using var server = new FakeS3(_ => isKept ? answer : Closing(answer));

        foreach (var (name, make) in S3Calls.All(server.Store))
        {
            try
            {
                await make();
            }
            catch (StoreException fault)
            {
                fault.Code.ShouldNotBeNullOrEmpty(name);
            }
            catch (Exception other)
            {
                Assert.Fail($"{name}: {other}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>Log in to the guest network</body></html>")]
    [InlineData("{\"error\":\"unknown route\"}")]
    [InlineData("<CopyObjectResult><ETag></ETag></CopyObjectResult>")]
    public async Task A_success_without_the_ETag_of_what_was_stored_is_a_transient_fault(string body)
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("200 OK", body));

        foreach (var call in S3Calls.All(server.Store).Where(c => c.Name is "put" or "put if absent" or "copy"))
        {
            var fault = await Should.ThrowAsync<StoreException>(call.Make, call.Name);
            (fault.Code, fault.IsTransient).ShouldBe(("UnreadableAnswer", true), call.Name);
        }
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("Connection: close", "abc")]
    [InlineData("Connection: close\r\nContent-Length: few", "abc")]
    [InlineData("Connection: close\r\nContent-Length: -5", "abc")]
    public async Task A_content_whose_length_is_not_said_is_a_transient_fault(string header, string body)
    {
        await using var server = new FakeS3(_ => $"HTTP/1.1 200 OK\r\n{header}\r\n{Tag}\r\n\r\n{body}");

        var fault = await Should.ThrowAsync<StoreException>(() => server.Store.GetAsync(S3Calls.Here, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe(("UnreadableAnswer", true));
    }

    [Fact]
    public async Task A_content_that_differs_from_its_ETag_is_a_transient_fault_for_its_reader()
    {
        await using var server = new FakeS3(_ => FakeS3.Answer(
            "200 OK", "content", "ETag: \"d41d8cd98f00b204e9800998ecf8427e\"\r\nDate: Sat, 21 Nov 2026 19:05:00 GMT"));
        await using var stored = (await server.Store.GetAsync(S3Calls.Here, Cancellation)).ShouldNotBeNull();

        var fault = await Should.ThrowAsync<StoreException>(
            () => stored.Content.CopyToAsync(Stream.Null, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe(("UnreadableAnswer", true));
    }

    private static string Closing(string answer) =>
        answer.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal);
}
