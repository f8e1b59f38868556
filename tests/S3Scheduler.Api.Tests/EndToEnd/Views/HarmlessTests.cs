using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>
/// Keys, metadata and content come from clients, and the console shows them to people with more rights.
/// </summary>
public sealed class HarmlessTests : EndToEndTest
{
    private const string Html = "<img src=x onerror=\"window.ran=1\"><script>window.ran=1</script>";
    private const string Key = $"2031/{Html}.html";

    private static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public async Task HTML_in_keys_metadata_and_content_shows_as_text()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        using var content = ScheduleForms.Content(Html, "text/html");
        await service.Client.PostAsync(Backlog.Start, "reports", Key, content, ("x-amz-meta-note", Html));
        await using var console = await ConsolePage.OpenAsync(service);

        await console.GoAsync("upcoming");
        await Assertions.Expect(console.Row(Key)).ToBeVisibleAsync();
        await console.OpenAsync(Key);
        await Assertions.Expect(console.Dialog.Locator("pre")).ToHaveTextAsync(Html);
        await Assertions.Expect(console.Dialog.Locator("h2")).ToHaveTextAsync(Key);
        await Assertions.Expect(console.Dialog.Locator("dd", new() { HasText = "onerror" })).ToHaveCountAsync(2);
        (await console.Page.EvaluateAsync<bool>("'ran' in window")).ShouldBeFalse();
        (await console.Page.Locator("img").CountAsync()).ShouldBe(0);
        console.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_preview_shows_images_and_the_beginning_of_a_text_and_a_download_has_all()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        var text = new string('a', 100_000);
        foreach (var (key, type, bytes) in ((string, string, byte[])[])[
            ("pixel.png", "image/png", Pixel), ("long.txt", "text/plain", Encoding.UTF8.GetBytes(text)),
            ("drawing.svg", "image/svg+xml", Encoding.UTF8.GetBytes($"<svg>{Html}</svg>")),
            ("empty.txt", "text/plain", []), ("some.bin", "application/octet-stream", [0, 1, 2])])
        {
            using var content = ScheduleForms.Content(bytes, type);
            await service.Client.PostAsync(Backlog.Start, "reports", key, content);
        }

        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming");
        await console.OpenAsync("pixel.png");
        await Assertions.Expect(console.Dialog.Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 1);
        await console.CloseAsync();
        await console.OpenAsync("drawing.svg");
        await Assertions.Expect(console.Dialog.Locator("pre")).ToContainTextAsync("<svg>");
        await console.CloseAsync();
        await console.OpenAsync("empty.txt");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("The content is empty.");
        await console.CloseAsync();
        await console.OpenAsync("some.bin");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("There is no preview of application/octet-stream.");
        await console.CloseAsync();

        await console.OpenAsync("long.txt");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("These are the first 64 KiB.");
        (await console.Dialog.Locator("pre").InnerTextAsync()).Length.ShouldBe(64 * 1024);
        var download = await console.Page.RunAndWaitForDownloadAsync(
            () => console.Button("Download").ClickAsync());
        download.SuggestedFilename.ShouldBe("long.txt");
        (await File.ReadAllTextAsync(await download.PathAsync(), Cancellation)).ShouldBe(text);
        (await console.Page.EvaluateAsync<bool>("'ran' in window")).ShouldBeFalse();
        console.Complaints.ShouldBeEmpty();
    }
}
