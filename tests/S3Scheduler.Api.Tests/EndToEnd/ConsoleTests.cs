using System.Text.RegularExpressions;
using Microsoft.Playwright;
using S3Scheduler.Api.Tests.EndToEnd.Views;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>The frame of the console in a real browser: its views, the keyboard, and screens of all sizes.</summary>
public sealed class ConsoleTests : EndToEndTest
{
    private static readonly string[] Views = ["Upcoming", "Failed", "Delivered", "New", "State"];

    [Fact]
    public async Task Each_view_has_an_address_of_its_own_and_the_focus_moves_to_its_heading()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.GotoAsync("/");
        foreach (var view in Views)
        {
            await page.GetByRole(AriaRole.Link, new() { Name = view, Exact = true }).ClickAsync();
            await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/#/{view.ToLowerInvariant()}$"));
            var heading = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
            await Assertions.Expect(heading).ToContainTextAsync(view);
            await Assertions.Expect(heading).ToBeFocusedAsync();
            await Assertions.Expect(page).ToHaveTitleAsync($"{view} · S3 Scheduler");
            await Assertions.Expect(page.Locator("nav [aria-current=page]")).ToHaveTextAsync(view);
        }

        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("New");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("New");
        await page.GotoAsync("/#/nonsense");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Upcoming");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_first_tab_skips_to_the_content_and_the_views_are_reached_by_keyboard_alone()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.GotoAsync("/#/state");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("State");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("main")).ToBeFocusedAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/#/state$"));
        for (var link = page.Locator("nav a", new() { HasText = "New" });
             !await link.EvaluateAsync<bool>("link => link === document.activeElement");)
            await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("New");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Below_a_path_base_the_page_its_files_and_its_calls_are_found()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path, ("Scheduler__PathBase", "/scheduler"));
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var paths = new List<string>();
        browser.Page.Request += (_, request) =>
        {
            lock (paths) paths.Add(new Uri(request.Url).AbsolutePath);
        };
        await browser.Page.GotoAsync("/scheduler#/state");
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync("All goes well.");
        paths.ShouldContain("/scheduler/health/state");
        paths.ShouldAllBe(path => path == "/scheduler" || path.StartsWith("/scheduler/", StringComparison.Ordinal));
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_named_as_the_reason()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.RouteAsync("**/me", route => route.AbortAsync());
        await browser.Page.GotoAsync("/");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("The service does not answer");
    }

    [Fact]
    public async Task The_version_is_cut_to_eight_digits_of_its_commit_and_whole_on_hover()
    {
        const string Whole = "1.2.3+0123456789abcdef0123456789abcdef01234567";
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        foreach (var path in (string[])["**/console/config.json", "**/health/state"])
        {
            await browser.Page.RouteAsync(path, async route =>
            {
                var answer = await route.FetchAsync();
                var version = new Regex("(?<=\"version\":\")[^\"]*");
                var body = version.Replace(await answer.TextAsync(), Whole, count: 1);
                await route.FulfillAsync(new() { Response = answer, Body = body });
            });
        }

        await browser.Page.GotoAsync("/#/state");
        var versions = browser.Page.GetByTitle(Whole);
        await Assertions.Expect(versions).ToHaveTextAsync(["1.2.3+01234567", "1.2.3+01234567"]);
        await Assertions.Expect(browser.Page.GetByText(Whole)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task On_a_small_screen_filters_are_folded_and_the_fields_of_a_schedule_have_the_whole_width()
    {
        Backlog.Write(Folder, "reports", 1, TimeSpan.FromHours(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.Page.SetViewportSizeAsync(375, 900);
        foreach (var view in (string[])["upcoming", "failed", "delivered"])
        {
            await console.GoAsync(view);
            await Assertions.Expect(console.Page.GetByLabel("Bucket")).ToBeHiddenAsync();
            await console.Page.GetByText("Filters", new() { Exact = true }).ClickAsync();
            await Assertions.Expect(console.Page.GetByLabel("Bucket")).ToBeVisibleAsync();
        }

        await console.GoAsync("upcoming?bucket=reports");
        await Assertions.Expect(console.Page.GetByText("Filters (1 set)")).ToBeVisibleAsync();
        await console.OpenAsync("000000");
        var widths = await console.Page.EvaluateAsync<double[]>("""
            [...document.querySelectorAll('dialog dd')].map(dd => dd.clientWidth / dd.closest('dl').clientWidth)
            """);
        widths.ShouldNotBeEmpty();
        widths.ShouldAllBe(width => width > 0.9);
        await console.Button("Cancel …").ClickAsync();
        var question = (await console.Button("Keep it").BoundingBoxAsync())!;
        var actions = (await console.Button("Download").BoundingBoxAsync())!;
        (actions.Y - question.Y - question.Height).ShouldBeGreaterThanOrEqualTo(8);
        await console.CloseAsync();

        await console.Page.SetViewportSizeAsync(1440, 900);
        await console.GoAsync("failed");
        await Assertions.Expect(console.Page.GetByLabel("Bucket")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(375), InlineData(768), InlineData(1440)]
    public async Task No_view_is_wider_than_the_screen(int width)
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.SetViewportSizeAsync(width, 900);
        foreach (var view in Views)
        {
            await browser.Page.GotoAsync($"/#/{view.ToLowerInvariant()}");
            await Assertions.Expect(browser.Page.Locator("h1")).ToContainTextAsync(view);
            (await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBe(width, view);
        }
    }
}
