namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Answers of something between the service and the store, such as a proxy, with a clock of its own.</summary>
public sealed class S3ForeignAnswerTests
{
    private const string Date = "Date: Sat, 21 Nov 2026 19:05:00 GMT";
    private const string Page = "<html><body>Bad gateway</body></html>";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("502 Bad Gateway", "text/html", "", false)]
    [InlineData("503 Service Unavailable", "application/xml", "", false)]
    [InlineData("403 Forbidden", "text/html; charset=utf-8", "", false)]
    [InlineData("200 OK", "text/html", "", false)]
    [InlineData("200 OK", "application/xml", "", true)] // R2 may leave out the id of the request.
    [InlineData("404 Not Found", "application/xml", "", true)]
    [InlineData("503 Slow Down", "application/xml", "x-amz-request-id: 1", true)]
    [InlineData("500 Internal Server Error", "text/html", "x-amz-id-2: 1", true)]
    [InlineData("200 OK", "text/html", "x-amz-request-id: 1", true)] // An object can be a page.
    public async Task Only_an_answer_of_the_store_itself_sets_the_clock(
        string status, string type, string headers, bool counts)
    {
        await using var server = Server(status, type, headers);

        for (var answer = 0; answer < 3; answer++) // the clock believes three that agree
        {
            try
            {
                await server.Store.HeadAsync(S3Calls.Here, Cancellation);
            }
            catch (StoreException)
            {
                // Its time counts all the same, or does not.
            }
        }

        (server.Store.Clock.Earliest > DateTimeOffset.MinValue).ShouldBe(counts);
    }

    [Theory]
    [InlineData("502 Bad Gateway")]
    [InlineData("503 Service Unavailable")]
    [InlineData("200 OK")]
    public async Task A_page_of_a_proxy_is_a_transient_fault_and_never_success(string status)
    {
        await using var server = Server(status, "text/html", "");

        foreach (var call in S3Calls.All(server.Store).Where(c => c.Name[..3] != "get" && c.Name != "head"))
            (await Should.ThrowAsync<StoreException>(call.Make, call.Name)).IsTransient.ShouldBeTrue(call.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Welcome")]
    [InlineData("<html><body>Log in</body></html>")]
    [InlineData("<html><Key>a</Key><ETag>00</ETag><UploadId>u</UploadId></html>")]
    [InlineData("<!DOCTYPE html><html/>")]
    [InlineData("<ListAllMyBucketsResult/>")]
    [InlineData("<Error><Code>SlowDown</Code></Error>")]
    [InlineData("<Error/>")]
    public async Task XML_with_another_root_is_a_transient_fault_and_does_not_set_the_clock(string body)
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("200 OK", body));

        foreach (var call in S3Calls.All(server.Store).Where(c => c.Name is "list" or "copy" or "delete"))
            for (var answer = 0; answer < 3; answer++) // the clock believes three that agree
                (await Should.ThrowAsync<StoreException>(call.Make, call.Name)).IsTransient.ShouldBeTrue(call.Name);

        server.Store.Clock.Earliest.ShouldBe(DateTimeOffset.MinValue);
    }

    [Theory]
    [InlineData("other/c", "ListUnordered")]
    [InlineData("folder/c other/d", "ListUnordered")]
    [InlineData("folder/d folder/c", "ListUnordered")]
    [InlineData("folder/c folder/c", "ListUnordered")]
    [InlineData("folder/\U0001F600 folder/\uFF5A", "ListUnordered")]
    [InlineData("folder/a folder/c", "StartAfterIgnored")]
    [InlineData("folder/b", "StartAfterIgnored")]
    public async Task A_LIST_of_keys_that_were_not_asked_for_is_a_transient_fault(string keys, string code)
    {
        await using var server = new FakeS3(_ => FakeS3.Page(keys.Split(' ')));

        var fault = await Should.ThrowAsync<StoreException>(
            () => server.Store.ListAsync("bucket", "folder/", "folder/b", 10, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe((code, true));
        fault.Message.ShouldContain("'bucket'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("folder/ba folder/c folder/\uFF5A folder/\U0001F600")] // UTF-16 has the last two the other way round.
    public async Task A_LIST_of_keys_that_were_asked_for_is_taken_and_may_be_empty(string keys)
    {
        var all = keys.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var server = new FakeS3(_ => FakeS3.Page(all));

        var page = await server.Store.ListAsync("bucket", "folder/", "folder/b", 10, Cancellation);

        page.Objects.Select(listed => listed.Key).ShouldBe(all);
    }

    [Theory]
    [InlineData("<IsTruncated>true</IsTruncated>")]
    [InlineData("<Contents><Key>a</Key></Contents>")]
    [InlineData("<Contents><Key>a</Key><Size>1</Size><ETag>00</ETag></Contents>")]
    public async Task A_LIST_that_lacks_what_its_reader_needs_is_a_transient_fault(string inside)
    {
        await using var server = new FakeS3(
            _ => FakeS3.Answer("200 OK", $"<ListBucketResult>{inside}</ListBucketResult>"));

        var fault = await Should.ThrowAsync<StoreException>(
            () => server.Store.ListAsync("bucket", "", "", 10, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe(("UnreadableAnswer", true));
    }

    [Theory]
    [InlineData("403 Forbidden")]
    [InlineData("404 Not Found")]
    [InlineData("405 Method Not Allowed")]
    public async Task A_refusal_by_a_proxy_is_a_transient_fault(string status)
    {
        await using var server = Server(status, "text/html", "");

        string[] names = ["copy", "put", "list", "get", "head"];
        foreach (var call in S3Calls.All(server.Store).Where(c => names.Contains(c.Name)))
            (await Should.ThrowAsync<StoreException>(call.Make, call.Name)).IsTransient.ShouldBeTrue(call.Name);
    }

    [Theory]
    [InlineData("200 OK", "")]
    [InlineData("200 OK", Page)]
    public async Task A_deletion_alone_and_a_look_at_an_object_are_not_believed_either(string status, string body)
    {
        await using var server = new FakeS3(request => FakeS3.Answer(
            status, request.StartsWith("HEAD", StringComparison.Ordinal) ? "" : body));

        string[] names = ["head", "get", "get from an offset", "delete of a key that XML can't hold"];
        foreach (var call in S3Calls.All(server.Store).Where(c => names.Contains(c.Name)))
            (await Should.ThrowAsync<StoreException>(call.Make, call.Name)).IsTransient.ShouldBeTrue(call.Name);
    }

    [Fact]
    public async Task Content_from_the_beginning_is_not_taken_for_content_from_an_offset()
    {
        await using var server = new FakeS3(_ => FakeS3.Answer("200 OK", "whole", $"ETag: \"00\"\r\n{Date}"));

        var fault = await Should.ThrowAsync<StoreException>(
            () => server.Store.GetAsync(S3Calls.Here, 2, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe(("UnreadableAnswer", true));
    }

    private static FakeS3 Server(string status, string type, string headers) => new(request =>
    {
        var page = FakeS3.Answer(status, Page, headers.Length == 0 ? Date : $"{Date}\r\n{headers}")
            .Replace("application/xml", type, StringComparison.Ordinal);
        return request.StartsWith("HEAD", StringComparison.Ordinal)
            ? page.Replace(Page, "", StringComparison.Ordinal)
            : page;
    });
}
