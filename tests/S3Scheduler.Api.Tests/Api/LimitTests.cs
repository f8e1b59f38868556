namespace S3Scheduler.Api.Tests.Api;

/// <summary>Contents beyond Scheduler:MaxContentBytes.</summary>
public sealed class LimitTests
{
    private static readonly Form Valid = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Content_has_at_most_the_configured_bytes_and_other_fields_are_not_counted(int limit)
    {
        using var local = new LocalService(("Scheduler:MaxContentBytes", $"{limit}"));
        var exact = await local.Client.PostAsync(Valid.File(new byte[limit]).With("x-amz-meta-a", new string('v', 1000)));
        exact.Status.ShouldBe(201, exact.Text);
        var before = local.Files();

        (await local.Client.PostAsync(Valid.With("key", "b").File(new byte[limit + 1]))).ShouldBeProblem(413).ShouldContain($"{limit} bytes");
        (await local.Client.PostAsync(Valid.With("key", "b").File(new byte[limit + 500_000]))).ShouldBeProblem(413);
        local.Files().ShouldBe(before);
    }

    [Theory]
    [InlineData(1001, false)]
    [InlineData(1001, true)]
    [InlineData(3 << 20, false)]
    [InlineData(3 << 20, true)]
    public async Task Content_over_the_limit_is_refused_whether_its_length_is_announced_or_not(int size, bool chunked)
    {
        using var local = new LocalService(("Scheduler:MaxContentBytes", "1000"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/schedules");
        request.Content = Valid.File(new byte[size]).ToContent();
        request.Headers.TransferEncodingChunked = chunked;
        // The client waits for an answer before it sends the body, or the end of the connection could overtake it.
        request.Headers.ExpectContinue = true;

        (await local.Client.SendAsync(request)).ShouldBeProblem(413).ShouldContain("1000 bytes");
        (await local.Client.GetAsync("/schedules")).Json.GetProperty("schedules").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Big_content_over_the_limit_is_refused_when_that_is_seen_and_leaves_nothing(bool chunked)
    {
        const int Limit = 20 << 20;
        using var local = new LocalService(("Scheduler:MaxContentBytes", $"{Limit}"));
        (await local.Client.PostAsync(Valid.Without("content").File(new byte[Limit]))).Status.ShouldBe(201);
        var before = local.Files();

        foreach (var size in (int[])[Limit + 1, Limit + 500_000])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/schedules");
            request.Content = Valid.With("key", "b").Without("content").File(new byte[size]).ToContent();
            request.Headers.TransferEncodingChunked = chunked;
            (await local.Client.SendAsync(request)).ShouldBeProblem(413).ShouldContain($"{Limit} bytes");
        }

        local.Files().ShouldBe(before);
    }
}
