using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>All that the lists offer, done with the keyboard alone. ConsoleNewTests sends files so.</summary>
public sealed class KeyboardTests : EndToEndTest
{
    [Fact]
    public async Task The_picture_is_zoomed_one_is_moved_and_one_or_many_are_cancelled_with_the_keyboard_alone()
    {
        Backlog.Write(Folder, "reports", 3, TimeSpan.FromDays(20));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming");
        await Assertions.Expect(console.Picture).ToBeVisibleAsync();

        await TabToAsync(console, console.Picture);
        await PressAsync(console, "ArrowRight", "End", "Shift+ArrowLeft");
        await Assertions.Expect(console.Picture).ToHaveAttributeAsync("aria-valuetext", new Regex(": 1$"));
        await PressAsync(console, "Enter");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("1 due");
        await Assertions.Expect(console.Rows).ToHaveCountAsync(1);
        await PressAsync(console, "Escape");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("3 due");
        await Assertions.Expect(console.Rows).ToHaveCountAsync(3);

        await TabToAsync(console, console.Button("Skip to the list"), most: 1);
        await PressAsync(console, "Enter");
        await Assertions.Expect(Opener(console, "000000")).ToBeFocusedAsync();
        await PressAsync(console, "Enter");
        await ChooseAsync(console, "Reschedule …");
        await Assertions.Expect(console.Dialog.GetByLabel("New time")).ToBeFocusedAsync();
        await PressAsync(console, "ArrowUp", "Enter"); // another month, or day
        await Assertions.Expect(console.Page.Locator("#live")).ToContainTextAsync("000000.json was moved.");
        await Assertions.Expect(console.Dialog).ToHaveCountAsync(0);
        (await service.Client.PendingAsync())[0].ShouldNotStartWith("2031-01-01");

        await TabToAsync(console, Opener(console, "000002"));
        await PressAsync(console, "Enter");
        await ChooseAsync(console, "Cancel …");
        await ChooseAsync(console, "Cancel this schedule");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("2 due");

        await TabToAsync(console, console.Page.GetByLabel("Bucket"));
        await console.Page.Keyboard.TypeAsync("reports");
        await PressAsync(console, "Enter");
        await ChooseAsync(console, "Cancel all that match …");
        await ChooseAsync(console, "Cancel 2");
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("Done.");
        await ChooseAsync(console, "Close");
        await Assertions.Expect(console.Page.GetByText("No schedule matches these filters.")).ToBeVisibleAsync();
        (await service.Client.PendingAsync()).ShouldBeEmpty();
        console.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_group_of_failed_ones_is_retried_with_the_keyboard_alone()
    {
        Backlog.WriteFailed(Folder, "reports", 2, "AccessDenied");
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("failed");
        await ChooseAsync(console, "Retry 2 …");
        await ChooseAsync(console, "Retry 2");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("2 pending again.");
        await ChooseAsync(console, "Close");
        await Assertions.Expect(console.Page.GetByText("Nothing has failed.")).ToBeVisibleAsync();
        console.Complaints.ShouldBeEmpty();
    }

    private static ILocator Opener(ConsolePage console, string key) => console.Row(key).GetByRole(AriaRole.Button);

    private static async Task ChooseAsync(ConsolePage console, string button)
    {
        await TabToAsync(console, console.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }));
        await PressAsync(console, "Enter");
    }

    private static async Task PressAsync(ConsolePage console, params string[] keys)
    {
        foreach (var key in keys) await console.Page.Keyboard.PressAsync(key);
    }

    /// <param name="most">More presses of Tab are too many.</param>
    private static async Task TabToAsync(ConsolePage console, ILocator target, int most = 60)
    {
        for (var presses = 0; !await target.EvaluateAsync<bool>("e => e === document.activeElement"); presses++)
        {
            presses.ShouldBeLessThan(most);
            await PressAsync(console, "Tab");
        }
    }
}
