using System.IO.Compression;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Http.Console;

/// <summary>The console's page and files, as a browser asks for them.</summary>
public sealed partial class ConsoleFileTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private const int MaxFirstLoad = 150_000;

    private Client Client => fixture.Local.Client;

    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere_runs_no_script_of_its_own_and_is_never_kept_unasked()
    {
        var page = await Client.GetAsync("/");
        page.Status.ShouldBe(200, page.Text);
        page.Type.ShouldBe("text/html; charset=utf-8");
        page.Headers["Cache-Control"].ShouldBe("no-cache");
        page.Headers["Content-Security-Policy"].ShouldBe(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        page.Text.ShouldNotContain("<style");
        page.Text.ShouldNotContain(" style=");
        page.Text.ShouldNotContain("://");
        page.Text.ShouldNotContain("<script>");
    }

    [Fact]
    public async Task Every_file_has_an_address_that_changes_with_its_bytes_so_it_is_kept_for_a_year()
    {
        var links = await LinksAsync();
        links.Count.ShouldBeGreaterThan(5);
        links.Select(link => link.Split('/')[1]).Distinct().ShouldHaveSingleItem().Length.ShouldBe(16);
        foreach (var link in links)
        {
            var file = await Client.GetAsync($"/{link}");
            file.Status.ShouldBe(200, link);
            file.Headers["Cache-Control"].ShouldBe("public, max-age=31536000, immutable");
            file.Type.ShouldStartWith(Path.GetExtension(link) switch
            {
                ".js" => "text/javascript",
                ".css" => "text/css",
                _ => "image/svg+xml",
            });
        }
    }

    [Fact]
    public async Task What_is_known_is_not_sent_again()
    {
        foreach (var path in (string[])["/", $"/{(await LinksAsync())[0]}"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("If-None-Match", (await Client.GetAsync(path)).Headers["ETag"]);
            (await Client.SendAsync(request)).Status.ShouldBe(304, path);
        }
    }

    [Fact]
    public async Task Compressed_is_the_same_and_has_a_tag_of_its_own()
    {
        foreach (var path in (await LinksAsync()).Select(link => $"/{link}").Append("/"))
        {
            var plain = await Client.GetAsync(path);
            var compressed = await CompressedAsync(path);
            compressed.Headers["ETag"].ShouldNotBe(plain.Headers["ETag"]);
            compressed.Headers["Vary"].ShouldBe("Accept-Encoding");
            using var gzip = new GZipStream(new MemoryStream(compressed.Body), CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            await gzip.CopyToAsync(bytes, Core.Cancellation);
            bytes.ToArray().ShouldBe(plain.Body, path);
        }
    }

    [Fact]
    public async Task All_files_together_are_a_small_first_load()
    {
        var hash = (await LinksAsync())[0].Split('/')[1];
        var files = typeof(Program).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("wwwroot/", StringComparison.Ordinal) && name != "wwwroot/index.html")
            .Select(name => name["wwwroot/".Length..]).ToList();
        var size = (await CompressedAsync("/")).Body.Length;
        foreach (var file in files)
        {
            var answer = await CompressedAsync($"/console/{hash}/{file}");
            answer.Status.ShouldBe(200, file);
            size += answer.Body.Length;
        }

        files.Count.ShouldBeGreaterThan(10);
        size.ShouldBeLessThan(MaxFirstLoad);
    }

    // While two versions run side by side, a page of one asks the other for its files.
    [Fact]
    public async Task A_file_of_another_version_is_answered_but_not_kept()
    {
        var file = await Client.GetAsync("/console/0123456789abcdef/api.js");
        file.Status.ShouldBe(200);
        file.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Theory]
    [InlineData("/console/x/nothing.js"), InlineData("/console/x/"), InlineData("/console/x/../api.js/")]
    [InlineData("/console/x/index.html"), InlineData("/console/x/..%2Fappsettings.json")]
    public async Task What_is_no_file_of_the_console_is_a_404(string path) =>
        (await Client.GetAsync(path)).Status.ShouldBeOneOf(404, 401);

    [Fact]
    public async Task Below_a_path_base_all_links_are_relative_and_the_page_has_a_slash_at_its_end()
    {
        using var local = new LocalService(("Scheduler:PathBase", "/scheduler"));
        var bare = await local.Client.GetAsync("/scheduler?code=1");
        bare.Status.ShouldBe(302);
        bare.Location.ShouldBe("/scheduler/?code=1");
        var page = await local.Client.GetAsync("/scheduler/");
        foreach (var link in Links().Matches(page.Text).Select(link => link.Value))
            (await local.Client.GetAsync($"/scheduler/{link}")).Status.ShouldBeOneOf(200, 301);
        page.Text.ShouldNotContain("\"/");
        (await local.Client.GetAsync("/scheduler/console/config.json")).Status.ShouldBe(200);
    }

    private async Task<IReadOnlyList<string>> LinksAsync() =>
        [.. Links().Matches((await Client.GetAsync("/")).Text).Select(link => link.Value)
            .Where(link => link.StartsWith("console/", StringComparison.Ordinal))];

    private Task<Answer> CompressedAsync(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        return Client.SendAsync(request);
    }

    [GeneratedRegex("(?<=(href|src)=\")[^#\"]+")]
    private static partial Regex Links();
}
