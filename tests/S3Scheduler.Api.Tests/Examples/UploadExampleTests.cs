using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Examples;

/// <summary>Runs the example of an upload by URL. Its second command gets the URL that the first one printed.</summary>
public sealed partial class UploadExampleTests(S3Server server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_content_that_curl_puts_at_the_URL_is_a_schedule()
    {
        await Tool.RequireAsync("bash", "-c", "curl --version");
        var bucket = await server.EmptyBucketAsync();
        var configuration = await ServiceOnS3.UploadsAsync(server, bucket);
        await using var service = await ServiceProcess.StartAsync(_folder.Path, configuration);
        await File.WriteAllTextAsync(_folder["daily.json"], """{"total": 42}""", TestContext.Current.CancellationToken);
        string[] commands =
        [
            .. Documents.Blocks.Where(b => b is { Section: ExampleTests.Uploads, Language: "sh" }).Select(b => b.Text),
        ];
        commands.Length.ShouldBe(2);

        var answer = JsonNode.Parse(await ShellAsync(ExampleTests.At(commands[0], service)))!;
        var put = Url().Replace(commands[1], _ => (string)answer["url"]!)
            .Replace("5d41…", (string)answer["headers"]!["x-amz-meta-schedule-id"]!, StringComparison.Ordinal);
        await ShellAsync(put);

        (await service.Client.PendingAsync()).ShouldBe([(string)answer["key"]!]);
    }

    private Task<string> ShellAsync(string command) =>
        Tool.RunAsync(_folder.Path, "bash", "-c", ExampleTests.Strict + command);

    [GeneratedRegex("https://[^']+")]
    private static partial Regex Url();
}
