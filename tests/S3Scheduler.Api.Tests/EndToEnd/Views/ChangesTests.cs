using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>What a view shows after a change, made in it or elsewhere.</summary>
public sealed class ChangesTests : EndToEndTest
{
    [Fact]
    public async Task After_a_change_the_whole_view_is_right_says_what_was_done_and_keeps_the_keyboard()
    {
        Backlog.Write(Folder, "reports", 3, TimeSpan.FromDays(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("3 due");

        await console.OpenAsync("000001");
        await console.Button("Cancel …").ClickAsync();
        await console.Button("Cancel this schedule").ClickAsync();
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("2 due");
        await Assertions.Expect(console.Page.Locator("#live")).ToContainTextAsync("000001.json was cancelled.");
        await Assertions.Expect(console.Page.Locator("#live")).ToBeVisibleAsync();

        await console.OpenAsync("000000");
        await console.Button("Reschedule …").ClickAsync();
        await console.Dialog.GetByLabel("New time").FillAsync("2040-01-01T00:00:01");
        await console.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(console.Row("000000")).ToContainTextAsync("2040");
        await Assertions.Expect(console.Page.Locator("#live")).ToContainTextAsync("was moved.");
        await Assertions.Expect(console.Page.Locator(".endless [role=status]")).ToBeFocusedAsync();

        await console.Page.Locator("#live a").ClickAsync();
        await Assertions.Expect(console.Dialog.Locator("h2")).ToContainTextAsync("000000.json");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("2040");
        await console.CloseAsync();
        await Assertions.Expect(console.Page).ToHaveURLAsync(new Regex("/#/upcoming$"));
        await Assertions.Expect(console.Rows).ToHaveCountAsync(2);
        console.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_group_of_failed_ones_counts_what_is_left_of_it()
    {
        Backlog.WriteFailed(Folder, "reports", 2, "NoSuchBucket");
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        var groups = console.Page.Locator(".groups h2");
        await console.GoAsync("failed");
        await Assertions.Expect(groups).ToHaveTextAsync("reports · NoSuchBucket · 2");

        await DeleteAsync("000000");
        await Assertions.Expect(groups).ToHaveTextAsync("reports · NoSuchBucket · 1");
        await DeleteAsync("000001");
        await Assertions.Expect(groups).ToHaveCountAsync(0);
        await Assertions.Expect(console.Page.GetByText("Nothing has failed.")).ToBeVisibleAsync();
        console.Complaints.ShouldBeEmpty();

        async Task DeleteAsync(string key)
        {
            await console.OpenAsync(key);
            await console.Button("Delete …").ClickAsync();
            await console.Button("Delete this schedule").ClickAsync();
        }
    }

    [Fact]
    public async Task What_was_delivered_meanwhile_is_shown_as_delivered_and_can_no_longer_be_cancelled()
    {
        Backlog.Write(Folder, "reports", 2, TimeSpan.FromDays(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming");
        await Assertions.Expect(console.Rows).ToHaveCountAsync(2);
        await console.Page.RouteAsync(new Regex("schedules/2031.*000000"), route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """
                {"key":"k","status":"delivered","dueAt":"2031-01-01T00:00:00Z","deliveredAt":"2031-01-01T00:00:01Z",
                "latenessMs":1000,"destination":{"bucket":"reports","key":"000000.json"},"size":1}
                """,
        }));

        await console.OpenAsync("000000");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("Late by");
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Button)).ToHaveTextAsync(["Close"]);
        // The list is read anew. That must not be after the next one was deleted.
        await console.Page.RunAndWaitForResponseAsync(
            console.CloseAsync, response => response.Url.Contains("/schedules?", StringComparison.Ordinal));

        var pending = await service.Client.PendingAsync();
        var gone = pending.Single(key => key.Contains("000001", StringComparison.Ordinal));
        await service.Client.DeleteAsync(
            new Uri($"/schedules/{Uri.EscapeDataString(gone)}", UriKind.Relative), Cancellation);
        await console.OpenAsync("000001");
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Button)).ToHaveTextAsync(["Close"]);
        await console.CloseAsync();
        await Assertions.Expect(console.Rows).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData("upcoming?bucket=reports", "Cancel all that match …")]
    [InlineData("upcoming", null)]
    public async Task Who_closes_a_dialog_and_goes_to_another_view_in_the_same_moment_stays_there(
        string address, string? button)
    {
        Backlog.Write(Folder, "reports", 1, TimeSpan.FromDays(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        var key = (await service.Client.PendingAsync()).Single();
        await console.GoAsync(button is null ? $"{address}?schedule={Uri.EscapeDataString(key)}" : address);
        if (button is not null) await console.Button(button).ClickAsync();
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Button).Nth(1)).ToBeVisibleAsync();

        await console.Page.EvaluateAsync("document.querySelector('dialog').close(); location.hash = '#/failed'");

        await Assertions.Expect(console.Page.GetByText("Nothing has failed.")).ToBeVisibleAsync();
        await Assertions.Expect(console.Page).ToHaveURLAsync(new Regex("#/failed$"));
    }

    [Theory]
    [InlineData("upcoming"), InlineData("failed"), InlineData("delivered")]
    public async Task A_view_says_how_old_it_is_what_it_shows(string view)
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.Page.Clock.InstallAsync();
        await console.GoAsync(view);
        var age = console.Page.GetByText("As of ");
        await Assertions.Expect(age).Not.ToContainTextAsync("ago");

        await console.Page.Clock.FastForwardAsync("02:00");
        await Assertions.Expect(age).ToContainTextAsync("2 minutes ago.");
        await console.Button("Refresh").ClickAsync();
        await Assertions.Expect(age).Not.ToContainTextAsync("ago");
    }
}
