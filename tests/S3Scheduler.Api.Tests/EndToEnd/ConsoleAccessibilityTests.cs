using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using S3Scheduler.Api.Tests.Http.Security;
using static Microsoft.Playwright.Assertions;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>What axe finds in the console, in both themes: contrast, names of controls, order of headings.</summary>
public sealed class ConsoleAccessibilityTests : EndToEndTest
{
    [Theory, InlineData(ColorScheme.Light), InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_in_any_view(ColorScheme theme)
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.EmulateMediaAsync(new() { ColorScheme = theme });
        foreach (var view in (string[])["Upcoming", "Failed", "Delivered", "State"])
        {
            await page.GotoAsync($"/#/{view.ToLowerInvariant()}");
            await Expect(page.Locator("h1")).ToContainTextAsync(view);
            await Expect(page.Locator(".view > *").First).ToBeAttachedAsync();
            await CheckAsync(page, view);
        }
    }

    [Theory, InlineData(ColorScheme.Light), InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_in_the_form_with_files_that_failed_and_files_that_did_not(ColorScheme theme)
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.EmulateMediaAsync(new() { ColorScheme = theme });
        await ConsoleNewTests.OpenAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await page.GetByText("More: headers and metadata").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add metadata" }).ClickAsync();
        await ConsoleNewTests.ChooseAsync(page, ("a.txt", 5), ("b.txt", 5), ("c.txt", 5));
        await page.GetByLabel("Bucket", new() { Exact = true }).FillAsync("reports");
        await page.RouteAsync("**/schedules", route => route.AbortAsync(), new() { Times = 2 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule 3 files" }).ClickAsync();
        await Expect(page.GetByText("2 of 3 could not be scheduled.")).ToBeVisibleAsync();
        await ConsoleNewTests.ChooseAsync(page, ("d.txt", 5));
        await CheckAsync(page, "New");
    }

    [Theory, InlineData(ColorScheme.Light), InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_on_the_page_that_asks_for_a_key(ColorScheme theme)
    {
        var settings = ClosedService.ApiKey(0, "full", "schedules:read");
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, [.. settings.Select(s => (s.Key.Replace(":", "__"), s.Value))]);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.EmulateMediaAsync(new() { ColorScheme = theme });
        await browser.Page.GotoAsync("/");
        await ConsoleSignInTests.SignInAsync(browser.Page, "wrong");
        await Expect(browser.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await CheckAsync(browser.Page, "Sign in");
    }

    private static async Task CheckAsync(IPage page, string view)
    {
        var found = await page.RunAxe();
        found.Passes.ShouldNotBeEmpty();
        found.Violations.SelectMany(v => v.Nodes, (v, node) => $"{view}: {v.Id} {node.Html}").ShouldBeEmpty();
    }
}
