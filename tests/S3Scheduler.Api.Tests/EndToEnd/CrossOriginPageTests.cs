using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>A page of another origin, in a real browser, tries all that a page can do to the service.</summary>
public sealed class CrossOriginPageTests
{
    private const string Bucket = "reports";
    private const string Due = "2031-01-01T00:00:00Z";

    // Every name leads to this machine, but a page under example.org is in no way trusted: no Sec-Fetch-Site.
    private const string Names = "--host-resolver-rules=MAP *.example.org 127.0.0.1";

    // It embeds with CORS, too: else the browser blocks what is embedded even from an allowed origin.
    private const string Attempts = """
        async ({ service, cancel, move, retry, script, image, due }) => {
            const results = {};
            const fields = key => ({ dueAt: due, bucket: 'reports', key, content: 'of a page' });
            const form = key => {
                const data = new FormData();
                for (const [name, value] of Object.entries(fields(key))) data.append(name, value);
                return data;
            };
            const call = async (name, path, options) => {
                try {
                    const response = await fetch(service + path, options);
                    results[name] = response.type == 'opaque' ? 'sent' : `${response.status} ${await response.text()}`;
                } catch { results[name] = 'blocked'; }
            };
            const embed = (name, tag, path, crossOrigin) => new Promise(done => {
                const element = Object.assign(document.createElement(tag), { crossOrigin });
                element.onload = () => done(results[name] = `loaded ${element.naturalWidth ?? window.read}`);
                element.onerror = () => done(results[name] = 'blocked');
                element.src = service + path;
                document.body.append(element);
            });
            const submit = key => new Promise(done => {
                const frame = Object.assign(document.createElement('iframe'), { name: 'answer' });
                const form = Object.assign(document.createElement('form'), {
                    method: 'POST', enctype: 'multipart/form-data', action: `${service}/schedules`, target: 'answer' });
                for (const [name, value] of Object.entries(fields(key)))
                    form.append(Object.assign(document.createElement('input'), { name, value }));
                document.body.append(frame, form);
                frame.onload = () => done(results[key] = frame.contentDocument ? 'read' : 'blocked');
                form.submit();
            });
            const plain = (method, body) =>
                ({ method, mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body });
            const json = (method, body) => ({ method, headers: { 'Content-Type': 'application/json' }, body });

            await call('form', '/schedules', { method: 'POST', body: form('form') });
            await call('no-cors', '/schedules', { method: 'POST', mode: 'no-cors', body: form('no-cors') });
            await submit('submit');
            await call('text', '/schedules', plain('POST', 'content'));
            await call('upload', '/schedules/uploads', plain('POST', JSON.stringify(fields('upload'))));
            await call('sweep', '/sweeps', { method: 'POST', mode: 'no-cors' });
            await call('retry', `${retry}/retry`, { method: 'POST' });
            await call('retry all', '/schedules/retry', { method: 'POST', mode: 'no-cors' });
            await call('cancel', cancel, { method: 'DELETE' });
            await call('move', move, json('PATCH', JSON.stringify({ dueAt: due })));
            await call('list', '/schedules');
            await call('list no-cors', '/schedules', { mode: 'no-cors' });
            await call('content', `${script}/content`);
            await embed('script', 'script', `${script}/content`, null);
            await embed('image', 'img', `${image}/content`, null);
            await embed('script with CORS', 'script', `${script}/content`, 'anonymous');
            await embed('image with CORS', 'img', `${image}/content`, 'anonymous');
            return JSON.stringify(results);
        }
        """;

    private static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Theory]
    [InlineData("127.0.0.1")] // another port: same site
    [InlineData("localhost")] // cross site
    [InlineData("other.example.org")]
    public async Task A_page_of_another_origin_changes_and_reads_nothing(string host)
    {
        using var local = new LocalService();
        await ShouldGetNothingAsync(local, host, local.Address);
    }

    [Fact]
    public async Task A_page_changes_and_reads_nothing_where_the_browser_sends_no_Sec_Fetch_Site()
    {
        using var local = new LocalService(("AllowedHosts", "*"));
        var service = new UriBuilder(local.Address) { Host = "scheduler.example.org" }.Uri;
        await ShouldGetNothingAsync(local, "other.example.org", service);
    }

    [Theory]
    [InlineData("127.0.0.1"), InlineData("localhost"), InlineData("other.example.org")]
    public async Task A_page_of_an_allowed_origin_does_and_reads_everything(string host)
    {
        await using var site = await StartSiteAsync();
        var page = PageOf(site, host);
        using var local = new LocalService(("Scheduler:CorsOrigins:0", page.GetLeftPart(UriPartial.Authority)));
        var keys = await PrepareAsync(local);

        var results = await TryAsync(page, local.Address, keys);

        foreach (var (name, start) in ((string, string)[])[
            ("form", "201"), ("retry", "200"), ("cancel", "204"), ("move", "200"), ("list", "200 {"),
            ("content", "200 window.read"), ("script with CORS", "loaded secret"), ("image with CORS", "loaded 1")])
            results[name].ShouldStartWith(start, customMessage: name);
        (await KeysAsync(local, "pending")).ShouldBe(
            ["form", "no-cors", "submit", "move", "folder1", "folder2", "script", "image"], ignoreOrder: true);
        (await KeysAsync(local, "failed")).ShouldBeEmpty();
        local.Delivered(Bucket, "due").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_name_of_another_site_that_leads_to_loopback_is_a_400()
    {
        using var local = new LocalService();
        await local.Client.PostAsync(Form.To(Bucket, "a").DueAt(Due));
        await using var browser = await Browser.OpenAsync(local.Address, Names);

        foreach (var (host, status) in ((string, int)[])[("127.0.0.1", 200), ("rebound.example.org", 400)])
        {
            var answer = await browser.Page.GotoAsync($"http://{host}:{local.Address.Port}/schedules");
            answer.ShouldNotBeNull().Status.ShouldBe(status);
        }
    }

    private static async Task ShouldGetNothingAsync(LocalService local, string host, Uri service)
    {
        await using var site = await StartSiteAsync();
        var keys = await PrepareAsync(local);
        var before = local.Files();

        var results = await TryAsync(PageOf(site, host), service, keys);

        results.Count.ShouldBe(17);
        results.Where(result => result.Value != "blocked").ShouldBeEmpty();
        local.Files().ShouldBe(before);
    }

    /// <summary>Stores schedules that a page could cancel, move or read, two failed ones, and a due one.</summary>
    /// <returns>Their keys by their destinations' keys.</returns>
    private static async Task<Dictionary<string, string>> PrepareAsync(LocalService local)
    {
        var keys = new Dictionary<string, string>();
        async Task PostAsync(string key, TimeSpan delay, byte[] content, string type)
        {
            var form = Form.To(Bucket, key).DueAt(local.Now + delay).File(content, type);
            var answer = await local.Client.PostAsync(form);
            answer.Status.ShouldBe(201, answer.Text);
            keys[key] = answer.Key;
        }

        foreach (var folder in (string[])["folder1", "folder2"])
        {
            Directory.CreateDirectory(Path.Combine(local.Folder, Bucket, folder));
            await File.WriteAllTextAsync(Path.Combine(local.Folder, Bucket, folder, "file"), "", Core.Cancellation);
            await PostAsync(folder, TimeSpan.FromMinutes(1), [1], "text/plain");
        }

        (await local.SweepAfterAsync(TimeSpan.FromMinutes(2))).Json.GetProperty("failed").GetInt32().ShouldBe(2);
        await PostAsync("due", TimeSpan.FromMinutes(1), [1], "text/plain");
        foreach (var key in (string[])["cancel", "move"])
            await PostAsync(key, TimeSpan.FromHours(1), [1], "text/plain");
        await PostAsync("script", TimeSpan.FromHours(1), "window.read = 'secret'"u8.ToArray(), "text/javascript");
        await PostAsync("image", TimeSpan.FromHours(1), Pixel, "image/png");
        local.Time.Advance(TimeSpan.FromMinutes(2));
        (await local.Client.GetAsync("/health/ready")).Status.ShouldBe(200); // the store knows the new time
        return keys;
    }

    private static async Task<Dictionary<string, string>> TryAsync(
        Uri page, Uri service, Dictionary<string, string> keys)
    {
        await using var browser = await Browser.OpenAsync(page, Names);
        await browser.Page.GotoAsync("/");
        var results = await browser.Page.EvaluateAsync<string>(Attempts, new
        {
            service = service.GetLeftPart(UriPartial.Authority),
            cancel = Client.PathOf(keys["cancel"]),
            move = Client.PathOf(keys["move"]),
            retry = Client.PathOf(keys["folder1"]),
            script = Client.PathOf(keys["script"]),
            image = Client.PathOf(keys["image"]),
            due = Due,
        });
        return JsonSerializer.Deserialize<Dictionary<string, string>>(results)!;
    }

    private static async Task<IEnumerable<string>> KeysAsync(LocalService local, string status) =>
        (await local.Client.PagesAsync($"status={status}"))
            .SelectMany(page => page.GetProperty("schedules").EnumerateArray())
            .Select(schedule => schedule.GetProperty("destination").GetProperty("key").GetString()!);

    private static Uri PageOf(WebApplication site, string host) =>
        new UriBuilder(site.Urls.Single()) { Host = host }.Uri;

    private static async Task<WebApplication> StartSiteAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<!doctype html><title>Another site</title><body>");
        });
        await app.StartAsync(Core.Cancellation);
        return app;
    }
}
