using System.Net;
using System.Text.RegularExpressions;
using S3Scheduler.Api.Tests.Deploy;

namespace S3Scheduler.Api.Tests.Examples;

/// <summary>Runs the examples that make an API key and call the service with it.</summary>
public sealed partial class KeyExampleTests : EndToEndTest
{
    private const string Run = "dotnet run --project src/S3Scheduler.Api --";
    private const string DockerRun = "docker run -p 8080:8080 -v s3-scheduler:/data";

    internal static readonly string[] Sections = ["Who may call", "API keys"];

    // Docker without Docker: builds nothing, and runs the program where the image would run it.
    private static readonly string Docker =
        $$"""
        docker() {
          [ "$1" = run ] || return 0
          while [ "$1" != s3-scheduler ]; do shift; done; shift
          {{Program}} "$@"
        }

        """;

    private static string Program => $"dotnet '{typeof(SchedulerOptions).Assembly.Location}'";

    [Theory]
    [InlineData("README.md", "Who may call")]
    [InlineData("docs/operations.md", "API keys")]
    public async Task A_new_key_calls_a_service_that_has_the_settings_printed_with_it(string document, string section)
    {
        await Tool.RequireAsync("bash", "-c", "curl --version");
        var commands = Commands(document, section);
        commands[0].ShouldStartWith(Run);
        var printed = await ShellAsync(commands[0].Replace(Run, Program, StringComparison.Ordinal));
        await using var service = await ServiceProcess.StartAsync(Folder.Path, Settings(printed));

        (await StatusAsync(service)).ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var command in commands[1..]) await ShellAsync(ExampleTests.At(command, service), Key(printed));
    }

    [Fact]
    public async Task The_image_does_not_start_without_settings_and_its_message_says_what_to_do()
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(
            Folder.Path, [("ASPNETCORE_URLS", ""), .. ImageVariables()]);

        exitCode.ShouldBe(1, output);
        string[] ways = ["Authentication:ApiKeys", "Authentication:Jwt", "localhost", "Authentication:Anonymous"];
        foreach (var way in ways) output.ShouldContain(way);
        output.ShouldNotContain("   at "); // a stack trace
    }

    [Theory]
    [InlineData("README.md", "Docker")]
    [InlineData("docs/operations.md", "Deploying")]
    public async Task The_image_starts_with_the_settings_of_a_key_that_it_has_made(string document, string section)
    {
        await Tool.RequireAsync("bash", "-c", "curl --version");
        var commands = Commands(document, section);
        var lines = commands[0].Split('\n');
        lines[^1].ShouldBe($"{DockerRun} --env-file me.env s3-scheduler");
        var printed = await ShellAsync(Docker + string.Join('\n', lines[..^1]));

        await using var service = await ServiceProcess.StartAsync(
            Folder.Path,
            [
                .. ImageVariables(), ("ASPNETCORE_URLS", "http://*:0"), ("Scheduler__LocalPath", Folder["data"]),
                ("TMPDIR", Folder.Path),
                .. Settings(await File.ReadAllTextAsync(Folder["me.env"], Cancellation)),
            ]);
        (await StatusAsync(service)).ShouldBe(HttpStatusCode.Unauthorized);
        var address = $"http://localhost:{service.Client.BaseAddress!.Port}";
        foreach (var command in commands[1..])
            await ShellAsync(command.Replace("http://localhost:8080", address, StringComparison.Ordinal), Key(printed));
    }

    private static List<string> Commands(string document, string section) =>
    [
        .. Documents.Blocks.Where(b => b.Document == document && b is { Language: "sh" } && b.Section == section)
            .Select(b => b.Text),
    ];

    private static (string Key, string Value)[] Settings(string text) =>
        [.. Setting().Matches(text).Select(m => (m.Groups["name"].Value, m.Groups["value"].Value))];

    private static string Key(string printed) => KeyText().Match(printed).Value;

    private static IEnumerable<(string Key, string Value)> ImageVariables() =>
        Dockerfile.Settings.Select(setting => (setting.Key, setting.Value));

    private Task<string> ShellAsync(string command, string key = "") =>
        Tool.RunAsync(Folder.Path, "bash", "-c", $"{ExampleTests.Strict}key='{key}'\n{command}");

    private static async Task<HttpStatusCode> StatusAsync(ServiceProcess service)
    {
        var address = new UriBuilder(service.Client.BaseAddress!) { Host = "127.0.0.1", Path = "/schedules" };
        using var response = await service.Client.GetAsync(address.Uri, Cancellation);
        return response.StatusCode;
    }

    [GeneratedRegex(@"(?<name>Authentication__\w+)=(?<value>\S+)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"s3s_[\w-]+")]
    private static partial Regex KeyText();
}
