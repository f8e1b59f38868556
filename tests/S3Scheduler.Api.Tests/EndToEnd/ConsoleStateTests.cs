using Microsoft.Playwright;
using S3Scheduler.Api.Tests.EndToEnd.Views;
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
        await page.SetViewportSizeAsync(900, 1300);
        // Readers of the documents have another place.
        await page.GetByLabel("Refresh every").UncheckAsync();
        await page.GetByText(Folder.Path).EvaluateAsync("place => { place.textContent = '/srv/s3-scheduler/data'; }");
        await browser.TakePictureAsync("console-state.png");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_counts_what_waits_and_what_has_failed_and_then_it_is_not_well()
    {
        Backlog.Write(Folder, "reports", 5, TimeSpan.FromMinutes(1));
        Backlog.WriteFailed(Folder, "reports", 2, "NoSuchBucket");
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.GotoAsync("/#/state");
        await Expect(page.Locator("main")).ToContainTextAsync("2 schedules have failed.");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("All goes well.");
        await Expect(Value(page, "Failed")).ToHaveTextAsync("2");
        await Expect(Value(page, "Pending")).ToHaveTextAsync("5");
        await Expect(Value(page, "Due, not delivered yet")).ToHaveTextAsync("0");
        await Expect(Value(page, "Next due").Locator("time")).ToHaveAttributeAsync(
            "datetime", "2031-01-01T00:00:00.000Z");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_says_more_than_where_there_are_too_many_to_count()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.RouteAsync("**/schedules/summary?status=pending&bins=0", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"status":"pending","total":100000,"isComplete":false,"from":null,"to":null,"bins":[]}""",
        }));
        await browser.Page.GotoAsync("/#/state");
        await Expect(Value(browser.Page, "Pending")).ToHaveTextAsync("more than 100,000");
    }

    [Fact]
    public async Task It_does_not_say_that_all_is_well_while_it_cannot_count()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.RouteAsync("**/schedules/summary?*", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{"title":"The store is out of reach","detail":"It did not answer."}""",
        }));
        await page.GotoAsync("/#/state");
        await Expect(page.Locator("main")).ToContainTextAsync("The schedules could not be counted");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("All goes well.");
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
        await Expect(page.Locator("main")).Not.ToContainTextAsync("All goes well.");
    }

    /// <summary>What stands beside a name.</summary>
    private static ILocator Value(IPage page, string name) =>
        page.Locator($"dt:text-is('{name}') + dd");
}
