using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>The console in a browser, as a person uses it.</summary>
internal sealed class ConsolePage(Browser browser) : IAsyncDisposable
{
    public IPage Page => browser.Page;

    public List<string> Complaints => browser.Complaints;

    public ILocator Rows => Page.Locator("table.list tbody tr");

    public ILocator Dialog => Page.Locator("dialog[open]");

    public ILocator Picture => Page.GetByRole(AriaRole.Slider, new() { Name = "When schedules are due" });

    /// <summary>What the picture says to those who don't see it.</summary>
    public ILocator PictureInWords => Page.Locator("figcaption");

    public static async Task<ConsolePage> OpenAsync(ServiceProcess service)
    {
        // In milliseconds. It only ends a test that would hang.
        Assertions.SetDefaultExpectTimeout(180_000);
        return new(await Browser.OpenAsync(service.Client.BaseAddress!));
    }

    public ILocator Row(string key) => Rows.Filter(new() { HasText = key });

    /// <summary>A button in the view or, while one is open, in the dialog.</summary>
    public ILocator Button(string name) =>
        Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{Regex.Escape(name)}") });

    public async Task GoAsync(string address)
    {
        await Page.GotoAsync($"/#/{address}");
        var title = $"{char.ToUpperInvariant(address[0])}{address.Split('?')[0][1..]}";
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync(title);
    }

    /// <summary>Opens the details of a schedule.</summary>
    public async Task OpenAsync(string key)
    {
        await Row(key).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(Dialog).ToBeVisibleAsync();
    }

    /// <summary>Asks for the list again until it has a row with the key.</summary>
    public Task SeeAsync(string key) => Eventually.HoldsAsync($"row with {key}", async () =>
    {
        await Page.RunAndWaitForResponseAsync(
            () => Button("Refresh").ClickAsync(), response => response.Url.Contains("/schedules?"));
        await Assertions.Expect(Page.Locator(".endless [role=status]")).Not.ToContainTextAsync("Loading");
        return await Row(key).CountAsync() > 0;
    });

    /// <summary>Chooses a button, then the one that says it again with the number, and waits for the end.</summary>
    public async Task DoToAllAsync(string button, string confirm)
    {
        await Button(button).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = confirm }).ClickAsync();
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("Done.");
    }

    public Task CloseAsync() => Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

    /// <summary>Makes a picture for the documents, if CONSOLE_PICTURES names a folder.</summary>
    public async Task TakePictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CONSOLE_PICTURES") is not { Length: > 0 } folder) return;
        var path = Path.Combine(folder, $"console-{name}.png");
        await Page.SetViewportSizeAsync(1100, 800);
        await Page.EvaluateAsync("document.activeElement.blur(); scrollTo(0, 0)");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
    }

    public ValueTask DisposeAsync() => browser.DisposeAsync();
}
