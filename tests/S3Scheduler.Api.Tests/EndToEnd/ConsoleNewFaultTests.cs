using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using static S3Scheduler.Api.Tests.EndToEnd.ConsoleNewTests;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>What the console's form for new schedules says is wrong, in a real browser.</summary>
public sealed class ConsoleNewFaultTests : EndToEndTest
{
    [Fact]
    public async Task What_broke_can_be_tried_again_and_what_is_wrong_is_said_at_its_field()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await OpenAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(page.GetByText("Choose at least one file.")).ToBeVisibleAsync();
        await ChooseAsync(page, ("a.txt", 5), ("a.txt", 6));
        await Expect(page.GetByText("More than one file is called a.txt.")).ToBeVisibleAsync();
        await Row(page, "a.txt").Nth(1).GetByRole(AriaRole.Button).GetByText("Remove").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(page.GetByText("Give the bucket")).ToBeVisibleAsync();
        await page.GetByLabel("Bucket", new() { Exact = true }).FillAsync("NOT A BUCKET");
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(Row(page, "a.txt")).ToContainTextAsync("What is wrong stands at its field.");
        await Expect(page.GetByLabel("Bucket", new() { Exact = true })).ToHaveAttributeAsync("aria-invalid", "true");

        await page.GetByLabel("Bucket", new() { Exact = true }).FillAsync("reports");
        await page.RouteAsync("**/schedules", route => route.AbortAsync(), new() { Times = 1 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(Row(page, "a.txt")).ToContainTextAsync("The service does not answer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.GetByText("It is scheduled.")).ToBeVisibleAsync();
        (await service.Client.PendingAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_empty_form_names_all_fields_that_are_missing()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await OpenAsync(page);
        await page.GetByLabel("UTC", new() { Exact = true }).FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(page.Locator(".fault:not(:empty)")).ToHaveTextAsync(
            [
                "Choose at least one file.", "Give the bucket that the files are delivered to.",
                "Give a date and a time of day.",
            ]);
        await Expect(page.GetByLabel("Choose files")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_time_too_far_in_the_past_is_said_once_and_not_called_delivered_at_once()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await OpenAsync(page);
        await ChooseAsync(page, ("a.txt", 5));
        await page.GetByLabel("Bucket", new() { Exact = true }).FillAsync("reports");
        await page.GetByLabel("UTC", new() { Exact = true }).FillAsync("2020-01-01T00:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(page.GetByText("too far in the past")).ToHaveCountAsync(1);
        await Expect(Row(page, "a.txt")).ToContainTextAsync("What is wrong stands at its field.");
        await Expect(page.GetByText("That is past, so it is delivered at once.")).ToHaveCountAsync(0);
    }
}
