using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Swagger UI in a real browser, used as by somebody who tries the service for the first time.</summary>
public sealed class SwaggerUiTests : EndToEndTest
{
    [Fact]
    public async Task A_schedule_can_be_posted_listed_and_cancelled_by_hand()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.GotoAsync("/swagger");

        var post = await TryOutAsync(browser.Page, "post", "/schedules");
        await Field(post, "dueAt").FillAsync("2031-06-01T07:00:00+02:00");
        await FillAsync(post, "2026/daily.json", "application/json", Encoding.UTF8.GetBytes("""{"total": 42}"""));
        (await post.Locator(".parameter__empty_value_toggle").First.IsVisibleAsync()).ShouldBeFalse(); // our own style
        await TakePictureAsync(browser.Page, post);
        var (status, body) = await ExecuteAsync(post);
        status.ShouldBe("201", body);
        var key = (string)JsonNode.Parse(body)!["key"]!;
        key.ShouldBe("2031-06-01T05:00:00.000Z|reports|2026~~daily.json");

        (status, body) = await ExecuteAsync(await TryOutAsync(browser.Page, "get", "/schedules"));
        status.ShouldBe("200", body);
        JsonNode.Parse(body)!["schedules"]!.AsArray().Select(schedule => (string)schedule!["key"]!).ShouldBe([key]);

        var delete = await TryOutAsync(browser.Page, "delete", "/schedules/{key}");
        await delete.Locator("tr[data-param-name=key] input").FillAsync(key);
        (status, body) = await ExecuteAsync(delete);
        status.ShouldBe("204", body);

        (await service.Client.PendingAsync()).ShouldBeEmpty();
        browser.Complaints.ShouldBeEmpty();
    }

    // Swagger UI chooses the order of the parts, and the person can't change it.
    [Fact]
    public async Task Big_content_can_be_posted_by_hand()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.GotoAsync("/swagger");

        var post = await TryOutAsync(browser.Page, "post", "/schedules");
        await FillAsync(post, "big.bin", "application/octet-stream", new byte[StreamedContent.Threshold + 1]);
        var (status, body) = await ExecuteAsync(post);
        status.ShouldBe("201", body);
        ((long)JsonNode.Parse(body)!["size"]!).ShouldBe(StreamedContent.Threshold + 1);
    }

    [Fact]
    public async Task A_frame_of_it_stays_empty()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.SetContentAsync($"<iframe src='{service.Client.BaseAddress}swagger/index.html'></iframe>");

        var frame = browser.Page.Frames.Single(frame => frame != browser.Page.MainFrame);
        frame.Url.ShouldBe("chrome-error://chromewebdata/");
        browser.Complaints.ShouldHaveSingleItem().ShouldContain("frame-ancestors 'none'");
    }

    private static async Task FillAsync(ILocator post, string key, string type, byte[] content)
    {
        await Field(post, "bucket").FillAsync("reports");
        await Field(post, "key").FillAsync(key);
        await Field(post, "content").SetInputFilesAsync(new FilePayload
        {
            Name = Path.GetFileName(key),
            MimeType = type,
            Buffer = content,
        });
    }

    private static ILocator Field(ILocator operation, string name) =>
        operation.Locator($"tr[data-property-name='{name}'] input:not([type=checkbox])");

    /// <summary>Opens the form of an operation.</summary>
    private static async Task<ILocator> TryOutAsync(IPage page, string method, string path)
    {
        var operation = page.Locator($".opblock-{method}", new() { Has = page.Locator($"[data-path='{path}']") });
        await operation.Locator(".opblock-summary-control").ClickAsync();
        await operation.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        return operation;
    }

    private static async Task<(string Status, string Body)> ExecuteAsync(ILocator operation)
    {
        await operation.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
        var answer = operation.Locator(".live-responses-table .response").First;
        var status = (await answer.Locator(".response-col_status").InnerTextAsync()).Split('\n')[0].Trim();
        var body = answer.Locator(".highlight-code code").First;
        return (status, await body.CountAsync() > 0 ? await body.InnerTextAsync() : "");
    }

    // Makes the picture of docs/api.md, when run with SWAGGER_PICTURE=$PWD/docs/swagger.png.
    private static async Task TakePictureAsync(IPage page, ILocator operation)
    {
        if (Environment.GetEnvironmentVariable("SWAGGER_PICTURE") is not { Length: > 0 } file) return;
        await page.EvaluateAsync("document.activeElement.blur(); scrollTo(0, 0)");
        var top = (await operation.BoundingBoxAsync())!.Y - 8;
        var bottom = (await operation.Locator(".execute-wrapper").BoundingBoxAsync())!;
        var clip = new Clip { X = 0, Y = top, Width = 1200, Height = bottom.Y + bottom.Height - top };
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = file, FullPage = true, Clip = clip });
    }
}
