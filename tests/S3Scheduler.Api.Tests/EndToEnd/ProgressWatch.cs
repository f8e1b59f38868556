using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>
/// Notes in the page how far its progress bars are. A test that looks now and then can miss that on a busy machine.
/// </summary>
internal sealed class ProgressWatch
{
    private readonly IPage _page;

    private ProgressWatch(IPage page) => _page = page;

    public static async Task<ProgressWatch> StartAsync(IPage page)
    {
        await page.EvaluateAsync("""
            window.seen = [];
            new MutationObserver(changes => seen.push(...changes.map(change => change.target)
                .filter(bar => bar.matches('progress') && bar.checkVisibility()).map(bar => bar.position)))
                .observe(document, { subtree: true, attributeFilter: ['value'] });
            """);
        return new(page);
    }

    /// <summary>Waits until a bar that could be seen was neither empty nor full.</summary>
    public Task UnderWayAsync() =>
        Eventually.HoldsAsync("progress between nothing and all", async () => (await PartsAsync()).Length > 0);

    /// <summary>How full bars have been so far, between 0 and 1, without the empty and the full ones.</summary>
    public async Task<double[]> PartsAsync() =>
        [.. (await _page.EvaluateAsync<double[]>("seen")).Where(part => part is > 0 and < 1)];
}
