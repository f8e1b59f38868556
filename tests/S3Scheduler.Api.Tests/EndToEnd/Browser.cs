using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>The Chromium at CHROMIUM, with one page whose errors are collected.</summary>
internal sealed class Browser : IAsyncDisposable
{
    // In milliseconds. It only ends a test that would hang.
    private const float Limit = 180_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _chromium;

    private Browser(IPlaywright playwright, IBrowser chromium, IPage page, Uri origin)
    {
        (_playwright, _chromium, Page) = (playwright, chromium, page);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"{message.Type}: {message.Text}");
        page.PageError += (_, error) => Note(true, error);
        page.Request += (_, request) => Note(IsElsewhere(request.Url, origin), $"request to {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>The page's errors and warnings, and its requests to other origins.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Opens an empty page, or skips the test where there is no browser.</summary>
    /// <param name="more">More arguments of Chromium.</param>
    public static async Task<Browser> OpenAsync(Uri origin, params string[] more)
    {
        var chromium = Environment.GetEnvironmentVariable("CHROMIUM");
        if (string.IsNullOrEmpty(chromium))
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("REQUIRE_ALL") != "1", "CHROMIUM is not set.");
            Assert.Fail("CHROMIUM is not set, and REQUIRE_ALL=1.");
        }

        var playwright = await Playwright.CreateAsync();
        try
        {
            var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = chromium,
                Timeout = Limit,
                // Root can't have a sandbox. Chromium itself makes no requests to other hosts.
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                    "--disable-background-networking", "--disable-component-update", .. more,
                ],
            });
            var page = await browser.NewPageAsync(new BrowserNewPageOptions
            {
                BaseURL = origin.ToString(),
                ViewportSize = new ViewportSize { Width = 1200, Height = 1600 },
            });
            page.SetDefaultTimeout(Limit);
            Assertions.SetDefaultExpectTimeout(Limit);
            return new Browser(playwright, browser, page, origin);
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>Makes a picture for the documentation, when run with CONSOLE_PICTURES=$PWD/docs.</summary>
    public async Task TakePictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CONSOLE_PICTURES") is not { Length: > 0 } folder) return;
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name) });
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
    }

    private static bool IsElsewhere(string url, Uri origin) =>
        !(url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal)
            || origin.IsBaseOf(new Uri(url)));

    private void Note(bool isComplaint, string what)
    {
        if (isComplaint) lock (Complaints) Complaints.Add(what);
    }
}
