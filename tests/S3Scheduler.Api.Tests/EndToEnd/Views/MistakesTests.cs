using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>What a person does wrong, and how the console helps to put it right.</summary>
public sealed class MistakesTests : EndToEndTest
{
    [Fact]
    public async Task What_was_refused_is_sent_again_by_the_same_button_and_the_old_messages_are_gone()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await ConsoleNewTests.OpenAsync(console.Page);
        await ConsoleNewTests.ChooseAsync(console.Page, ("a.txt", 5));
        var bucket = console.Page.GetByLabel("Bucket", new() { Exact = true });
        await bucket.FillAsync("x!");
        await console.Button("Schedule").ClickAsync();
        var field = console.Page.Locator(".field").Filter(new() { Has = bucket });
        await Assertions.Expect(field.Locator(".fault")).Not.ToBeEmptyAsync();
        await Assertions.Expect(console.Page.GetByText("1 of 1 could not be scheduled.")).ToBeVisibleAsync();
        await bucket.FillAsync("reports");
        await Assertions.Expect(field.Locator(".fault")).ToBeEmptyAsync();
        await console.Button("Schedule").ClickAsync();
        await Assertions.Expect(console.Page.GetByText("It is scheduled.")).ToBeVisibleAsync();
        await Assertions.Expect(console.Page.GetByText("What is wrong stands at its field.")).ToHaveCountAsync(0);

        await ConsoleNewTests.ChooseAsync(console.Page, ("b.txt", 5), ("b.txt", 5));
        await console.Button("Schedule 2 files").ClickAsync();
        await Assertions.Expect(console.Page.GetByText("More than one file is called b.txt.")).ToBeVisibleAsync();
        await Assertions.Expect(console.Page.GetByText("It is scheduled.")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_span_that_ends_before_it_begins_is_refused_at_its_field()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming");
        await console.Page.GetByLabel("Due from").FillAsync("2028-01-01T00:00");
        await console.Page.GetByLabel("Due before").FillAsync("2027-01-01T00:00");
        await console.Button("Search").ClickAsync();
        await Assertions.Expect(console.Page.GetByText("Give a time after “Due from”.")).ToBeVisibleAsync();
        console.Page.Url.ShouldEndWith("#/upcoming");
        console.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("upcoming?from=banana")]
    [InlineData("upcoming?from=2028-01-01T00:00:00Z&to=2027-01-01T00:00:00Z")]
    [InlineData("failed?to=banana")]
    public async Task A_link_with_wrong_times_still_shows_its_view(string address)
    {
        Backlog.Write(Folder, "reports", 1, TimeSpan.Zero);
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync(address);
        await Assertions.Expect(console.Button("Search")).ToBeVisibleAsync();
        await Assertions.Expect(console.Page.Locator(".endless [role=status]")).Not.ToContainTextAsync("Loading");
        await Assertions.Expect(console.Page.Locator(".notice.bad")).ToHaveCountAsync(0);
        console.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_service_says_to_a_wrong_search_stands_there_once_for_picture_and_list()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming?bucket=Nonsense!");
        await Assertions.Expect(console.Page.Locator(".notice.bad")).ToHaveCountAsync(2);
        await Assertions.Expect(console.Page.Locator(".notice.bad li")).ToHaveCountAsync(0);
        await Assertions.Expect(console.PictureInWords).ToBeEmptyAsync();
        await Assertions.Expect(console.Button("Load more")).ToHaveCountAsync(0);
        await Assertions.Expect(console.Page.Locator(".endless").GetByText("Try again")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_new_time_of_a_schedule_is_said_in_UTC_too_and_must_be_another_one()
    {
        Backlog.Write(Folder, "reports", 1, TimeSpan.Zero);
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        var session = await console.Page.Context.NewCDPSessionAsync(console.Page);
        await session.SendAsync("Emulation.setTimezoneOverride", new() { ["timezoneId"] = "America/New_York" });
        await console.GoAsync("upcoming");
        await console.OpenAsync("000000");
        await console.Button("Reschedule …").ClickAsync();
        await Assertions.Expect(console.Dialog).ToContainTextAsync("is 2031-01-01 00:00:00 UTC");
        await console.Button("Move it").ClickAsync();
        await Assertions.Expect(console.Dialog).ToContainTextAsync("It is due at this time already.");
        await console.Dialog.GetByLabel("New time").FillAsync("2031-06-01T03:00");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("is 2031-06-01 07:00:00 UTC");
        await Assertions.Expect(console.Dialog).Not.ToContainTextAsync("already");
        await console.Button("Move it").ClickAsync();
        await Assertions.Expect(console.Dialog).ToHaveCountAsync(0);
        (await service.Client.PendingAsync()).ShouldHaveSingleItem().ShouldStartWith("2031-06-01T07:00:00");
    }

    [Fact]
    public async Task An_empty_console_says_what_it_is_for_and_leads_to_the_form()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("failed");
        await Assertions.Expect(console.Page.GetByText("Nothing has failed.")).ToBeVisibleAsync();
        await Assertions.Expect(console.Page.GetByText("curl")).ToHaveCountAsync(0);
        await console.GoAsync("upcoming");
        await Assertions.Expect(console.Page.Locator("main")).ToContainTextAsync(new Regex("delivered to a bucket"));
        await console.Page.GetByRole(AriaRole.Link, new() { Name = "Schedule files" }).ClickAsync();
        await Assertions.Expect(console.Page.Locator("h1")).ToContainTextAsync("New");
    }

    [Fact]
    public async Task The_picture_says_no_time_before_the_first_schedule()
    {
        Backlog.Write(Folder, "reports", 3, TimeSpan.FromMinutes(1));
        Backlog.Write(Folder, "exports", 2, DateTimeOffset.MaxValue - Backlog.Start - TimeSpan.FromDays(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        var session = await console.Page.Context.NewCDPSessionAsync(console.Page);
        await session.SendAsync("Emulation.setTimezoneOverride", new() { ["timezoneId"] = "UTC" });
        await console.GoAsync("upcoming");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("The fullest bar has 4, from Jan 1, 2031");
    }
}
