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
        await using var service = await StartAsync();
        await using var console = await ConsolePage.OpenAsync(service);
        var pages = 0;
        await console.Page.RouteAsync(new Regex("schedules/cancel\\?(?!.*dryRun)"), route =>
            Interlocked.Increment(ref pages) == 2 ? ExpireAsync(route) : route.ContinueAsync());
        await console.Page.GotoAsync("/#/upcoming?bucket=reports");
        await SignInAsync(console);
        await console.Button("Cancel all that match …").ClickAsync();
        await console.Button("Cancel 3,000").ClickAsync();

        await Assertions.Expect(console.Page.GetByText("The key has expired.")).ToBeVisibleAsync();
        (await console.Dialog.CountAsync()).ShouldBe(0);
        await SignInAsync(console);
        await Assertions.Expect(console.Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("Done.");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("3,000 cancelled.");
        await console.CloseAsync();
        await Assertions.Expect(console.Page.GetByText("No schedule matches these filters.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Files_and_fields_that_were_entered_are_there_after_the_person_has_signed_in_again()
    {
        await using var service = await StartAsync();
        await using var console = await ConsolePage.OpenAsync(service);
        await console.Page.RouteAsync("**/schedules", ExpireAsync, new() { Times = 1 });
        await console.Page.GotoAsync("/#/new?bucket=reports");
        await SignInAsync(console);
        await ConsoleNewTests.ChooseAsync(console.Page, ("a.txt", 5));
        await console.Page.GetByLabel("Key prefix").FillAsync("2031/");
        await console.Button("Schedule").ClickAsync();

        await Assertions.Expect(console.Page.GetByText("The key has expired.")).ToBeVisibleAsync();
        await SignInAsync(console);
        await Assertions.Expect(console.Page.GetByLabel("Key prefix")).ToHaveValueAsync("2031/");
        await console.Button("Try again").ClickAsync();
        await Assertions.Expect(console.Page.GetByText("It is scheduled.")).ToBeVisibleAsync();
        await Assertions.Expect(console.Page.GetByText("|reports|2031~~a.txt")).ToBeVisibleAsync();
    }

    private Task<ServiceProcess> StartAsync()
    {
        var key = ClosedService.ApiKey(0, "full", "schedules:read", "schedules:write");
        return ServiceProcess.StartAsync(
            Folder.Path, [.. key.Select(setting => (setting.Key.Replace(":", "__"), setting.Value))]);
    }

    private static Task ExpireAsync(IRoute route) => route.FulfillAsync(new()
    {
        Status = 401,
        ContentType = "application/problem+json",
        Body = """{"title":"Unauthorized","detail":"The key has expired."}""",
    });

    private static async Task SignInAsync(ConsolePage console)
    {
        await console.Page.GetByLabel("API key").FillAsync(ClosedService.KeyOf("full"));
        await console.Button("Sign in").ClickAsync();
    }
}
