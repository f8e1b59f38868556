using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>axe looks at each view as phones, tablets and wide screens show it, by day and by night.</summary>
public sealed class AccessibilityTests : EndToEndTest
{
    private static readonly int[] Widths = [375, 768, 1440];

    [Theory]
    [InlineData(ColorScheme.Light), InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_and_no_view_is_wider_than_the_screen(ColorScheme scheme)
    {
        Backlog.Write(Folder, "reports", 150, TimeSpan.FromHours(5));
        Backlog.WriteFailed(Folder, "reports", 3, "NoSuchBucket");
        Backlog.WriteFailed(Folder, "exports", 2, "Unheard");
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, ("Console__TraceUrl", "https://traces.example.org/search?key={key}"));
        using (var content = ScheduleForms.Content("here"))
        using (var form = ScheduleForms.Form(("delay", "PT0S"), "reports", "2031/here.txt", content))
            (await service.Client.PostAsync(ScheduleForms.Schedules, form, Cancellation)).EnsureSuccessStatusCode();
        await using var console = await ConsolePage.OpenAsync(service);
        await console.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await console.GoAsync("delivered");
        await console.SeeAsync("2031/here.txt");

        foreach (var width in Widths)
        {
            await console.Page.SetViewportSizeAsync(width, 900);
            await console.GoAsync("upcoming?bucket=reports");
            await Assertions.Expect(console.Picture).ToBeVisibleAsync();
            await console.Page.GetByText("The picture as a table").ClickAsync();
            await CheckAsync(console, width, "upcoming");
            await CheckDialogAsync(console, width, "000001");
            await console.Button("Cancel all that match …").ClickAsync();
            await Assertions.Expect(console.Button("Cancel 150")).ToBeVisibleAsync();
            await CheckAsync(console, width, "cancel all");
            await console.CloseAsync();

            await console.GoAsync("failed");
            await Assertions.Expect(console.Rows).ToHaveCountAsync(5);
            await Assertions.Expect(console.Button("Retry 3 …")).ToBeVisibleAsync();
            await CheckAsync(console, width, "failed");
            if (IsShown(width)) await console.TakePictureAsync("failed");
            await CheckDialogAsync(console, width, "000002");
            await console.GoAsync("failed?bucket=nothing");
            await Assertions.Expect(console.Button("Clear the filters")).ToBeVisibleAsync();
            await CheckAsync(console, width, "nothing");

            await console.GoAsync("delivered");
            await Assertions.Expect(console.Rows).ToHaveCountAsync(1);
            await CheckAsync(console, width, "delivered");
            var trace = console.Row("2031/here.txt").Locator("a");
            await Assertions.Expect(trace).ToHaveAttributeAsync(
                "href", new Regex("^https://traces.example.org/search\\?key=20.*%7Creports%7C2031~~here.txt$"));
            if (IsShown(width)) await console.TakePictureAsync("delivered");
            await CheckDialogAsync(console, width, "2031/here.txt");
        }

        console.Complaints.ShouldBeEmpty();

        // The pictures of the documents.
        bool IsShown(int width) => scheme == ColorScheme.Light && width == Widths[^1];
    }

    private static async Task CheckDialogAsync(ConsolePage console, int width, string key)
    {
        await console.OpenAsync(key);
        await CheckAsync(console, width, $"details of {key}");
        await console.CloseAsync();
    }

    private static async Task CheckAsync(ConsolePage console, int width, string where)
    {
        var found = await console.Page.RunAxe();
        found.Violations.Select(v => $"{v.Id}: {v.Nodes[0].Html}").ShouldBeEmpty($"{where}, {width} px");
        (await console.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"))
            .ShouldBeLessThanOrEqualTo(width, where);
    }
}
