using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>A list that is too long for a page of a browser.</summary>
public sealed class LongListTests : EndToEndTest
{
    private const long Megabytes = 1_000_000;

    [Fact]
    public async Task Of_200000_schedules_the_first_are_there_before_all_are_counted_and_few_are_kept()
    {
        Backlog.Write(Folder, "reports", 200_000, TimeSpan.FromMinutes(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        var (quick, whole) = (new TaskCompletionSource(), new TaskCompletionSource());
        await console.Page.RouteAsync("**/schedules/summary*", async route =>
        {
            var isQuick = route.Request.Url.Contains("seconds=1", StringComparison.Ordinal);
            await (isQuick ? quick : whole).Task;
            await route.ContinueAsync();
        });
        await console.GoAsync("upcoming");
        await Assertions.Expect(console.Rows.First).ToBeVisibleAsync();
        await Assertions.Expect(console.PictureInWords).ToHaveTextAsync("Counting …");
        var first = await console.Page.EvaluateAsync<double>("performance.now()");
        TestContext.Current.TestOutputHelper!.WriteLine($"The first rows are there after {first:0} ms.");

        while (await console.Row("001199").CountAsync() == 0)
            await console.Page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        (await console.Rows.CountAsync()).ShouldBeLessThanOrEqualTo(500);
        await using (var devTools = new DevTools(await console.Page.Context.NewCDPSessionAsync(console.Page)))
            (await devTools.HeapAsync()).ShouldBeLessThan(100 * Megabytes);

        // Earlier rows are read while the list's beginning is in sight.
        while (await console.Row("000000").CountAsync() == 0) await console.Page.EvaluateAsync("scrollTo(0, 0)");
        (await console.Rows.CountAsync()).ShouldBeLessThanOrEqualTo(500);

        quick.SetResult();
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("More than ");
        whole.SetResult();
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("More than 100,000 due.");
    }

    private sealed class DevTools(ICDPSession session) : IAsyncDisposable
    {
        /// <summary>In bytes, without what is garbage.</summary>
        public async Task<double> HeapAsync()
        {
            await session.SendAsync("HeapProfiler.collectGarbage");
            var usage = await session.SendAsync("Runtime.getHeapUsage");
            return usage!.Value.GetProperty("usedSize").GetDouble();
        }

        public async ValueTask DisposeAsync() => await session.DetachAsync();
    }
}
