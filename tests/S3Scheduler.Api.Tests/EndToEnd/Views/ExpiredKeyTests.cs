using System.Text.RegularExpressions;
using Microsoft.Playwright;
using S3Scheduler.Api.Tests.Http.Security;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>A key expires while a person works with the console.</summary>
public sealed class ExpiredKeyTests : EndToEndTest
{
    [Fact]
    public async Task A_cancel_of_many_goes_on_after_the_person_has_signed_in_again()
    {
        Backlog.Write(Folder, "reports", 3_000, TimeSpan.FromMinutes(1));
        var key = ClosedService.ApiKey(0, "full", "schedules:read", "schedules:write");
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, [.. key.Select(setting => (setting.Key.Replace(":", "__"), setting.Value))]);
        await using var console = await ConsolePage.OpenAsync(service);
        var pages = 0;
        await console.Page.RouteAsync(new Regex("schedules/cancel\\?(?!.*dryRun)"), route =>
            Interlocked.Increment(ref pages) == 2
                ? route.FulfillAsync(new()
                {
                    Status = 401,
                    ContentType = "application/problem+json",
                    Body = """{"title":"Unauthorized","detail":"The key has expired."}""",
                })
                : route.ContinueAsync());
        await console.Page.GotoAsync("/#/upcoming?bucket=reports");
        await SignInAsync();
        await console.Button("Cancel all that match …").ClickAsync();
        await console.Button("Cancel 3,000").ClickAsync();

        await Assertions.Expect(console.Page.GetByText("The key has expired.")).ToBeVisibleAsync();
        (await console.Dialog.CountAsync()).ShouldBe(0);
        await SignInAsync();
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("Done.");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("3,000 cancelled.");
        await console.CloseAsync();
        await Assertions.Expect(console.Page.GetByText("No schedule matches these filters.")).ToBeVisibleAsync();

        async Task SignInAsync()
        {
            await console.Page.GetByLabel("API key").FillAsync(ClosedService.KeyOf("full"));
            await console.Button("Sign in").ClickAsync();
        }
    }
}
