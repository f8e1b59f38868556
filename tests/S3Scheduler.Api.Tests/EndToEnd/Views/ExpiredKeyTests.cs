using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
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

    [Theory]
    [InlineData("the provider agrees")]
    [InlineData("the provider refuses first")]
    [InlineData("the person closes the first window")]
    public async Task They_are_there_after_a_provider_has_signed_the_person_in_in_a_window_of_its_own(string how)
    {
        await using var issuer = await new TokenIssuer().StartAsync();
        await using var service = await ServiceProcess.StartAsync(Folder.Path, ConsoleSignInTests.OfIssuer(issuer));
        await using var console = await ExpiredAsync(service, issuer);
        if (how != "the provider agrees")
        {
            var refuses = how == "the provider refuses first";
            await console.Page.Context.RouteAsync(
                "**/authorize?*", route => refuses ? RefuseAsync(route) : Task.CompletedTask, new() { Times = 1 });
            var first = await SignInBesideAsync(console);
            if (!refuses) await first.CloseAsync();
            else await Assertions.Expect(console.Page.GetByText("Signing in failed. not today")).ToBeVisibleAsync();
        }

        var window = await SignInBesideAsync(console);
        await console.Button("Try again").ClickAsync();
        await Assertions.Expect(console.Page.GetByText("It is scheduled.")).ToBeVisibleAsync();
        await Eventually.HoldsAsync("end of the window", () => window.IsClosed);
    }

    [Fact]
    public async Task A_browser_that_allows_no_window_comes_back_to_the_view()
    {
        await using var issuer = await new TokenIssuer().StartAsync();
        await using var service = await ServiceProcess.StartAsync(Folder.Path, ConsoleSignInTests.OfIssuer(issuer));
        await using var console = await ExpiredAsync(service, issuer);
        await console.Page.EvaluateAsync("window.open = () => null");
        await console.Button("Sign in with").ClickAsync();
        await Assertions.Expect(console.Page.Locator("h1")).ToContainTextAsync("New");
        await Assertions.Expect(console.Page.GetByLabel("Bucket", new() { Exact = true })).ToHaveValueAsync("reports");
    }

    /// <summary>A console whose token has expired, with a file in the form of New.</summary>
    private static async Task<ConsolePage> ExpiredAsync(ServiceProcess service, TokenIssuer issuer)
    {
        var console = await ConsolePage.OpenAsync(service);
        issuer.AllowedOrigin = service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        await console.Page.RouteAsync("**/schedules", ExpireAsync, new() { Times = 1 });
        await console.Page.GotoAsync("/#/new?bucket=reports");
        await console.Button("Sign in with").ClickAsync();
        await ConsoleNewTests.ChooseAsync(console.Page, ("a.txt", 5));
        await console.Button("Schedule").ClickAsync();
        await Assertions.Expect(console.Page.GetByText("The key has expired.")).ToBeVisibleAsync();
        return console;
    }

    private Task<ServiceProcess> StartAsync()
    {
        var key = ClosedService.ApiKey(0, "full", "schedules:read", "schedules:write");
        return ServiceProcess.StartAsync(
            Folder.Path, [.. key.Select(setting => (setting.Key.Replace(":", "__"), setting.Value))]);
    }

    private static Task<IPage> SignInBesideAsync(ConsolePage console) =>
        console.Page.RunAndWaitForPopupAsync(() => console.Button("Sign in with").ClickAsync());

    private static Task RefuseAsync(IRoute route)
    {
        var query = QueryHelpers.ParseQuery(new Uri(route.Request.Url).Query);
        var back = $"{query["redirect_uri"]}?error=access_denied&error_description=not+today&state={query["state"]}";
        return route.FulfillAsync(new() { ContentType = "text/html", Body = $"<script>location = '{back}'</script>" });
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
