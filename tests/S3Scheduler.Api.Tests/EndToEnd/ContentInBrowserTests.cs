using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>What clients have posted, opened in Chromium from the service's own address.</summary>
public sealed class ContentInBrowserTests : EndToEndTest
{
    private const string Ran = "/ran";
    private const string Script = $"new Image().src = '{Ran}?a'; fetch('{Ran}?b', {{ method: 'POST' }});";

    private static readonly string Html =
        $"<!DOCTYPE html><p>content</p><script>{Script}</script><img src=x onerror=\"{Script}\">";

    private static readonly string Svg =
        $"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{Script}\"><script>{Script}</script></svg>";

    private static readonly string Xhtml =
        $"<html xmlns='http://www.w3.org/1999/xhtml'><body><script>{Script}</script></body></html>";

    private static readonly (string Type, string Text)[] Contents =
    [
        ("text/html", Html), ("image/svg+xml", Svg), ("application/xhtml+xml", Xhtml), ("text/xml", Xhtml),
        ("text/plain", Html), ("application/json", Html), ("image/png", Html), ("nonsense/nonsense", Html),
        ("multipart/x-mixed-replace; boundary=b", $"--b\r\nContent-Type: text/html\r\n\r\n{Html}\r\n--b--"),
    ];

    [Fact]
    public async Task A_script_in_content_of_any_type_never_runs()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var ran = new List<string>();
        browser.Page.Request += (_, request) =>
        {
            if (request.Url.Contains(Ran, StringComparison.Ordinal)) lock (ran) ran.Add(request.Url);
        };

        foreach (var (type, text) in Contents)
        {
            using var content = ScheduleForms.Content(text, type);
            var posted = await service.Client.PostAsync(
                DateTimeOffset.UnixEpoch.AddYears(70), "reports", type, content, ("Content-Disposition", "inline"));
            var path = $"/schedules/{Uri.EscapeDataString((string)posted["key"]!)}/content";
            await OpenAsync(browser.Page, path);
            var host = $"/host/{Uri.EscapeDataString(type)}";
            await ServeAsync(browser.Page, host,
                $"<iframe src='{path}'></iframe><embed src='{path}'><object data='{path}'></object><img src='{path}'>");
            await browser.Page.GotoAsync(host, new() { WaitUntil = WaitUntilState.NetworkIdle });
            ran.ShouldBeEmpty(type);
        }

        // The same script runs where nothing prevents it.
        await ServeAsync(browser.Page, "/control", Html);
        await browser.Page.RunAndWaitForRequestAsync(() => browser.Page.GotoAsync("/control"), $"**{Ran}?b");
    }

    // What is an attachment is saved instead of opened.
    private static async Task OpenAsync(IPage page, string path)
    {
        try
        {
            await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
        }
        catch (PlaywrightException e) when (e.Message.Contains("Download is starting", StringComparison.Ordinal))
        {
        }
    }

    // A page of the same origin, without any policy.
    private static Task<IAsyncDisposable> ServeAsync(IPage page, string path, string html) =>
        page.RouteAsync($"**{path}", route => route.FulfillAsync(new() { ContentType = "text/html", Body = html }));
}
