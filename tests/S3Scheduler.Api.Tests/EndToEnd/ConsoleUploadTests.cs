using Amazon.S3.Model;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>The console sends big files straight to the bucket of a real S3 server.</summary>
public sealed class ConsoleUploadTests(S3Server server) : EndToEndTest
{
    private const int Big = 9 << 20;

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_big_file_goes_straight_to_a_bucket_that_allows_it_else_by_the_service_and_shows_how_far_it_is(
        bool isAllowed)
    {
        var bucket = await server.EmptyBucketAsync();
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, await ServiceOnS3.UploadsAsync(server, bucket));
        var address = service.Client.BaseAddress!;
        if (isAllowed) await AllowAsync(bucket, address.GetLeftPart(UriPartial.Authority));
        await using var browser = await Browser.OpenAsync(address);
        var page = browser.Page;
        var sent = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Method is "POST" or "PUT")
                lock (sent) sent.Add($"{request.Method} {new Uri(request.Url).AbsolutePath.Split('/')[^1]}");
        };
        await ConsoleNewTests.OpenAsync(page);
        await ConsoleNewTests.ChooseAsync(page, ("big.bin", Big));
        await page.GetByLabel("Bucket", new() { Exact = true }).FillAsync("reports");
        await page.GetByLabel("UTC", new() { Exact = true }).FillAsync("2031-06-01T07:00");
        var progress = await ProgressWatch.StartAsync(page);
        var hurry = await ConsoleNewTests.SlowUploadsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await progress.UnderWayAsync();
        await hurry();
        await Expect(ConsoleNewTests.Row(page, "big.bin")).ToContainTextAsync("Scheduled as");

        (await service.Client.PendingAsync()).ShouldBe(["2031-06-01T07:00:00.000Z|reports|big.bin"]);
        sent.ShouldBe(isAllowed
            ? ["POST uploads", "PUT 2031-06-01T07%3A00%3A00.000Z%7Creports%7Cbig.bin"]
            : ["POST uploads", "PUT 2031-06-01T07%3A00%3A00.000Z%7Creports%7Cbig.bin", "POST schedules"]);
        if (isAllowed) browser.Complaints.ShouldHaveSingleItem().ShouldStartWith("request to ");
    }

    private async Task AllowAsync(string bucket, string origin)
    {
        using var s3 = server.NewClient();
        await s3.PutCORSConfigurationAsync(new PutCORSConfigurationRequest
        {
            BucketName = bucket,
            Configuration = new CORSConfiguration
            {
                Rules = [new CORSRule { AllowedOrigins = [origin], AllowedMethods = ["PUT"], AllowedHeaders = ["*"] }],
            },
        }, Cancellation);
    }
}
