using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>The console's view of the service's state, in a real browser.</summary>
public sealed class ConsoleStateTests : EndToEndTest
{
    private const string Html = "<img src=x onerror=document.title='ran'>";

    [Fact]
    public async Task It_shows_the_store_the_clock_the_lease_and_the_version()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        using var content = ScheduleForms.Content("hello");
        await service.Client.PostAsync(TimeProvider.System.GetUtcNow().AddMinutes(-1), "reports", "a", content);
        await service.Client.NothingPendingAsync();
        var page = browser.Page;
        await page.GotoAsync("/#/state");
        await Expect(page.Locator("main")).ToContainTextAsync("All goes well.");
        string[] shown =
        [
            Folder.Path, "schedules", "none is due", "closed", "(this process)", "Known to within", "Version",
            "GiB in use",
        ];
        foreach (var text in shown)
            await Expect(page.Locator("main")).ToContainTextAsync(text);
        await page.SetViewportSizeAsync(900, 800);
        await browser.TakePictureAsync("console-state.png");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_destination_that_waits_is_named_as_text_whatever_its_key()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.RouteAsync("**/health/state", async route =>
        {
            var answer = await route.FetchAsync();
            var held = $$"""
                [{"bucket":"reports","key":"{{Html}}","reason":"SlowDown","tries":3,"isWholeBucket":false,
                  "pauseSeconds":7}]
                """;
            await route.FulfillAsync(new()
            {
                Response = answer,
                Body = (await answer.TextAsync()).Replace("\"held\":[]", $"\"held\":{held}"),
            });
        });
        await page.GotoAsync("/#/state");
        await Expect(page.GetByRole(AriaRole.Row)).ToContainTextAsync(["Bucket", Html]);
        await Expect(page.Locator("main")).ToContainTextAsync("1 destination waits");
        (await page.Locator("main img").CountAsync()).ShouldBe(0);
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_refreshes_itself_and_says_plainly_when_it_cannot()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync("/#/state");
        await Expect(page.Locator("main")).ToContainTextAsync("All goes well.");
        await page.RunAndWaitForResponseAsync(() => page.Clock.RunForAsync(5000), "**/health/state");

        await service.KillAsync();
        await page.Clock.RunForAsync(5000);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service does not answer");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("What is shown below is of");
        await Expect(page.Locator("main")).ToContainTextAsync("All goes well.");
    }
}
