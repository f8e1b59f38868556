using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>The console's form for new schedules, in a real browser.</summary>
public sealed class ConsoleNewTests : EndToEndTest
{
    private const string Html = "<img src=x onerror=document.title='ran'>.html";

    // It only ends a test that would hang.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Three_files_become_three_schedules_and_the_big_one_shows_how_far_it_is()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await OpenAsync(page);
        await ChooseAsync(page, ("a.txt", 5), ("big.bin", 6 << 20), (Html, 7));
        await page.GetByLabel("Bucket", new() { Exact = true }).FillAsync("reports");
        await page.GetByLabel("Key prefix").FillAsync("2031/june/");
        await page.GetByLabel("UTC", new() { Exact = true }).FillAsync("2031-06-01T07:00");
        await page.GetByText("More: headers and metadata").ClickAsync();
        await page.GetByLabel("Content-Language").FillAsync("de");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add metadata" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("team");
        await page.GetByLabel("Value", new() { Exact = true }).FillAsync("<b>billing</b>");
        var hurry = await SlowUploadsAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule 3 files" }).ClickAsync();
        await Expect(Row(page, "big.bin")).ToContainTextAsync(new Regex("[0-9]+ % of 6.0 MiB, .*/s, .* left"));
        await Expect(Row(page, "big.bin").Locator("progress")).ToBeVisibleAsync();
        await page.SetViewportSizeAsync(900, 800);
        await browser.TakePictureAsync("console-new.png");
        await hurry();
        await Expect(page.GetByText("All 3 are scheduled.")).ToBeVisibleAsync();

        (await page.Locator("main img").CountAsync()).ShouldBe(0);
        await Expect(page).ToHaveTitleAsync("New · S3 Scheduler");
        await Expect(Row(page, Html)).ToContainTextAsync("img src=x");
        var schedules = (await service.Client.GetFromJsonAsync<JsonNode>("/schedules", Cancellation))!["schedules"]!;
        schedules.AsArray().Select(s => (string)s!["destination"]!["key"]!)
            .ShouldBe(["2031/june/" + Html, "2031/june/a.txt", "2031/june/big.bin"], ignoreOrder: true);
        schedules.AsArray().ShouldAllBe(s => (string)s!["dueAt"]! == "2031-06-01T07:00:00.000Z");
        var key = (string)schedules.AsArray().Single(s => (long)s!["size"]! == 5)!["key"]!;
        var one = await service.Client.GetFromJsonAsync<JsonNode>(
            $"/schedules/{Uri.EscapeDataString(key)}", Cancellation);
        ((string)one!["metadata"]!["team"]!).ShouldBe("<b>billing</b>");
        ((string)one["contentType"]!).ShouldBe("text/plain");
        using var content = await service.Client.GetAsync(
            new Uri($"/schedules/{Uri.EscapeDataString(key)}/content", UriKind.Relative), Cancellation);
        content.Content.Headers.ContentLanguage.ShouldBe(["de"]);
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Local_time_and_UTC_stand_side_by_side_and_each_follows_the_other()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Emulation.setTimezoneOverride", new() { ["timezoneId"] = "America/New_York" });
        await OpenAsync(page);
        var (here, utc) = (page.GetByLabel("Your time"), page.GetByLabel("UTC", new() { Exact = true }));
        await utc.FillAsync("2031-06-01T07:00");
        await Expect(here).ToHaveValueAsync("2031-06-01T03:00");
        await here.FillAsync("2031-12-01T03:00");
        await Expect(utc).ToHaveValueAsync("2031-12-01T08:00");
        await Expect(page.GetByText("2031-12-01 08:00:00 UTC")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Tomorrow 9:00" }).ClickAsync();
        await Expect(here).ToHaveValueAsync(new Regex("T09:00$"));
        await here.FillAsync("2020-01-01T00:00");
        await Expect(page.GetByText("it is delivered at once")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Files_can_be_dropped_and_what_is_being_sent_can_be_stopped()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await OpenAsync(page);
        var dropped = await page.EvaluateHandleAsync("""
            () => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(4 << 20)], 'dropped.bin'));
                return data;
            }
            """);
        await page.DispatchEventAsync(".drop", "drop", new { dataTransfer = dropped });
        await page.GetByLabel("Bucket", new() { Exact = true }).FillAsync("reports");
        var hurry = await SlowUploadsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop dropped.bin" }).ClickAsync();
        await Expect(Row(page, "dropped.bin")).ToContainTextAsync("Stopped.");
        await hurry();
        (await service.Client.PendingAsync()).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove dropped.bin" }).ClickAsync();
        await Expect(page.GetByLabel("Choose files")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Uploads_go_on_while_another_view_is_shown()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await OpenAsync(page);
        await ChooseAsync(page, ("big.bin", 4 << 20));
        await page.GetByLabel("Bucket", new() { Exact = true }).FillAsync("reports");
        var hurry = await SlowUploadsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(Row(page, "big.bin")).ToContainTextAsync("% of");
        await page.GetByRole(AriaRole.Link, new() { Name = "State", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("State");
        await page.GetByRole(AriaRole.Link, new() { Name = "New", Exact = true }).ClickAsync();
        await hurry();
        await Expect(Row(page, "big.bin")).ToContainTextAsync("Scheduled as");
        (await service.Client.PendingAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_form_is_filled_in_and_sent_by_keyboard_alone()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        // A handler that is set right before the key may take effect after it: a dialog opens that no test can use.
        var dialog = new TaskCompletionSource<IFileChooser>();
        page.FileChooser += (_, opened) => dialog.TrySetResult(opened);
        await OpenAsync(page);
        await TabToAsync(page, page.GetByLabel("Choose files"));
        await page.Keyboard.PressAsync("Enter");
        await (await dialog.Task.WaitAsync(Limit, TimeProvider.System, Cancellation)).SetFilesAsync(File("a.txt", 5));
        await TabToAsync(page, page.GetByLabel("Name of a.txt"));
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("b.txt");
        await TabToAsync(page, page.GetByLabel("Bucket", new() { Exact = true }));
        await page.Keyboard.TypeAsync("reports");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Tomorrow 9:00" }));
        await page.Keyboard.PressAsync("Space");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Schedule", Exact = true }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("It is scheduled.")).ToBeVisibleAsync();
        (await service.Client.PendingAsync()).ShouldHaveSingleItem().ShouldEndWith("|reports|b.txt");
        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "|reports|b.txt" }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("dialog[open] h2")).ToHaveTextAsync("b.txt");
        browser.Complaints.ShouldBeEmpty();
    }

    internal static async Task OpenAsync(IPage page)
    {
        await page.GotoAsync("/#/new");
        await Expect(page.Locator("h1")).ToContainTextAsync("New");
        await Expect(page.GetByLabel("Choose files")).ToBeVisibleAsync();
    }

    internal static Task ChooseAsync(IPage page, params (string Name, int Size)[] files) =>
        page.GetByLabel("Choose files").SetInputFilesAsync(files.Select(file => File(file.Name, file.Size)));

    internal static ILocator Row(IPage page, string name) =>
        page.GetByRole(AriaRole.Listitem).Filter(new() { Has = page.GetByLabel($"Name of {name}") });

    /// <summary>Slows uploads down to minutes, so that a test sees them under way.</summary>
    /// <returns>Ends that.</returns>
    internal static async Task<Func<Task>> SlowUploadsAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Network.enable");
        await SetAsync(bytesPerSecond: 20_000);
        return () => SetAsync(bytesPerSecond: -1);

        Task SetAsync(int bytesPerSecond) => session.SendAsync("Network.emulateNetworkConditions", new()
        {
            ["offline"] = false,
            ["latency"] = 0,
            ["downloadThroughput"] = -1,
            ["uploadThroughput"] = bytesPerSecond,
        });
    }

    private static FilePayload File(string name, int size) => new()
    {
        Name = name,
        MimeType = Path.GetExtension(name) is ".txt" ? "text/plain" : "",
        Buffer = new byte[size],
    };

    private static async Task TabToAsync(IPage page, ILocator target)
    {
        const int Most = 40; // else it would go around for ever
        for (var presses = 0; presses < Most; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement")) return;
        }

        Assert.Fail($"Tab does not lead to {target}.");
    }
}
