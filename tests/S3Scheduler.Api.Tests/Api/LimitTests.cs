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
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_can_not_hold_less_is_refused_before_it_is_sent(bool chunked)
    {
        using var local = new LocalService(("Scheduler:MaxContentBytes", "1000"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/schedules");
        request.Content = Valid.File(new byte[3 << 20]).ToContent();
        request.Headers.TransferEncodingChunked = chunked;
        // The client waits for the answer before it sends the body.
        request.Headers.ExpectContinue = true;

        var answer = await local.Client.SendAsync(request);
        answer.ShouldBeProblem(413).ShouldContain("1000 bytes");
        (await local.Client.GetAsync("/schedules")).Json.GetProperty("schedules").GetArrayLength().ShouldBe(0);
    }
}
