using Microsoft.Playwright;
using S3Scheduler.Api.Tests.Http.Security;
using static Microsoft.Playwright.Assertions;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Signing in to the console, in a real browser.</summary>
public sealed class ConsoleSignInTests : EndToEndTest
{
    [Fact]
    public async Task A_key_is_asked_for_and_forgotten_when_the_person_signs_out()
    {
        await using var service = await StartAsync();
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.GotoAsync("/#/new?bucket=reports");
        await SignInAsync(page, "s3s_wrong");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong or have expired");
        await SignInAsync(page, "ключ");
        await Expect(page.GetByText("Give the API key")).ToBeVisibleAsync();
        await SignInAsync(page, ClosedService.KeyOf("full"));
        await Expect(page.Locator("h1")).ToContainTextAsync("New"); // where the address leads to
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Bucket", new() { Exact = true })).ToHaveValueAsync("reports");
        await Expect(page.Locator("#who")).ToContainTextAsync("full");
        await page.ReloadAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("New");
        (await page.EvaluateAsync<string>("JSON.stringify(localStorage) + document.cookie")).ShouldBe("{}");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Sign in");
        (await page.EvaluateAsync<int>("sessionStorage.length")).ShouldBe(0);
    }

    [Fact]
    public async Task What_the_scopes_do_not_allow_is_hidden()
    {
        await using var service = await StartAsync();
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        await page.GotoAsync("/");
        await SignInAsync(page, ClosedService.KeyOf("writer"));
        await Expect(page.Locator("nav a")).ToHaveTextAsync(["New"]);
        (await page.Locator("#buckets option").EvaluateAllAsync<string[]>("all => all.map(o => o.value)"))
            .ShouldBe(["own"]);
    }

    [Fact]
    public async Task The_provider_signs_a_person_in_and_the_page_comes_back_to_its_view()
    {
        await using var issuer = await new TokenIssuer().StartAsync();
        await using var service = await ServiceProcess.StartAsync(Folder.Path, OfIssuer(issuer));
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        var page = browser.Page;
        issuer.AllowedOrigin = service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        await page.GotoAsync("/#/state");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with" }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("State");
        await Expect(page.Locator("main")).ToContainTextAsync("All goes well.");
        await Expect(page.Locator("#who")).ToContainTextAsync("token:billing");
        new Uri(page.Url).PathAndQuery.ShouldBe("/");
        browser.Complaints.ShouldAllBe(complaint =>
            complaint.StartsWith($"request to {issuer.Url}/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_code_that_nobody_here_asked_for_is_refused()
    {
        await using var issuer = await new TokenIssuer().StartAsync();
        await using var service = await ServiceProcess.StartAsync(Folder.Path, OfIssuer(issuer));
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.GotoAsync("/?code=stolen&state=other");
        await Expect(browser.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("It was begun in another tab");
        new Uri(browser.Page.Url).PathAndQuery.ShouldBe("/");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_window_whose_page_is_gone_says_that_it_can_be_closed()
    {
        await using var service = await StartAsync();
        await using var browser = await Browser.OpenAsync(service.Client.BaseAddress!);
        await browser.Page.GotoAsync("/?code=late&state=beside.other");
        await Expect(browser.Page.Locator("main")).ToContainTextAsync("This one can be closed.");
        new Uri(browser.Page.Url).PathAndQuery.ShouldBe("/");
    }

    private Task<ServiceProcess> StartAsync()
    {
        IEnumerable<(string Key, string Value)> settings =
        [
            .. ClosedService.ApiKey(0, "full", "schedules:read", "schedules:write", "metrics:read"),
            .. ClosedService.ApiKey(1, "writer", "schedules:write"),
            ("Authentication:ApiKeys:1:Destinations:0", "own/a"),
        ];
        return ServiceProcess.StartAsync(Folder.Path, [.. settings.Select(s => (s.Key.Replace(":", "__"), s.Value))]);
    }

    internal static (string, string)[] OfIssuer(TokenIssuer issuer) =>
    [
        ("Authentication__Jwt__Authority", issuer.Url), ("Authentication__Jwt__Audience", TokenIssuer.Audience),
        ("Console__Oidc__ClientId", TokenIssuer.Console),
    ];

    internal static async Task SignInAsync(IPage page, string key)
    {
        await page.GetByLabel("API key").FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
