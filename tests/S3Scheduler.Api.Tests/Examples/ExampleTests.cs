using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Examples;

/// <param name="Section">Null: the whole document.</param>
internal sealed record ExampleNotRun(string Document, string? Section, string Reason)
{
    public bool Covers(CodeBlock block) => block.Document == Document && (Section is null || block.Section == Section);
}

/// <summary>
/// Runs the examples of README.md and docs as they stand there, except for the port, against a service that is started
/// as `dotnet run` starts it.
/// </summary>
public sealed class ExampleTests : IDisposable
{
    internal const string Address = "http://localhost:5080";
    internal const string Uploads = "Straight to the bucket: `POST /schedules/uploads`";

    /// <summary>A response that is not a success ends the example.</summary>
    internal const string Strict =
        "set -euo pipefail; curl() { command curl --silent --show-error --fail-with-body \"$@\"; }\n";

    // As `dotnet new console` writes it.
    private const string ConsoleProject = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
        </Project>
        """;

    private const string Account = "needs an AWS account";
    private const string Docker = "needs Docker and its registry";
    private const string NeedsKey = "needs a key, so KeyExampleTests runs it";

    /// <summary>All other examples for the shell are run.</summary>
    internal static readonly ExampleNotRun[] NotRun =
    [
        new("README.md", "Configure", Account),
        new("README.md", "Who may call", NeedsKey),
        new("README.md", "Docker", $"{Docker}; KeyExampleTests runs it without them"),
        new("README.md", "ECS", Account),
        new("README.md", "Lambda", Account),
        new("CONTRIBUTING.md", null, "runs the tests, or makes a release"),
        new("docs/api.md", Uploads, "needs a real S3 server, so UploadExampleTests runs it"),
        new("docs/operations.md", "API keys", NeedsKey),
        new("docs/operations.md", "AWS S3", Account),
        new("docs/operations.md", "Uploads by URL", "needs the tools of a Ceph cluster"),
        new("docs/operations.md", "Leftovers", Account),
        new("docs/operations.md", "Browsers and CORS", Account),
        new("docs/operations.md", "MinIO, Ceph and others", "needs a server on port 9000"),
        new("docs/operations.md", "Deploying", Docker),
        new("docs/operations.md", "The image in a registry", Account),
        new("docs/operations.md", "ECS", Account),
        new("docs/operations.md", "Lambda", Account),
        new("docs/operations.md", "Compose, with MinIO", Docker),
        new("docs/operations.md", "Undoing a cancel", Account),
        new("docs/operations.md", "Alarms", Account),
    ];

    public static TheoryData<string> DocumentsWithExamples => [.. Run.Select(block => block.Document).Distinct()];

    private static IEnumerable<CodeBlock> Run =>
        Documents.Blocks.Where(block => block.Language == "sh" && ReasonNotToRun(block) is null);

    internal static string? ReasonNotToRun(CodeBlock block) => NotRun.FirstOrDefault(n => n.Covers(block))?.Reason;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(DocumentsWithExamples))]
    public async Task Every_shell_example_of_a_document_succeeds_one_after_the_other(string document)
    {
        await Tool.RequireAsync("bash", "-c", "curl --version");
        await using var service = await StartAsync();
        await SeedFailedAsync();

        foreach (var block in Run.Where(block => block.Document == document))
        {
            if (block.Text.StartsWith("dotnet run", StringComparison.Ordinal)) continue; // StartAsync does that
            // A new example of this kind must not change anything outside before it is in the list above.
            block.Text.ShouldNotMatch(@"\b(aws|docker|git|sam) ");
            await ShellAsync(block, service);
        }

        await Eventually.HoldsAsync(
            "delivery of all that is due", async () => (await service.Client.PendingAsync()).Count == 0);
    }

    [Fact]
    public async Task The_example_in_CSharp_schedules_and_cancels()
    {
        await using var service = await StartAsync();
        await File.WriteAllTextAsync(_folder["example.csproj"], ConsoleProject, TestContext.Current.CancellationToken);
        var program = Example("csharp", service);
        await File.WriteAllTextAsync(_folder["Program.cs"], program, TestContext.Current.CancellationToken);
        await ShouldScheduleAndCancelAsync("from-csharp.json", "dotnet", "run");
    }

    [Fact]
    public async Task The_example_in_Python_schedules_and_cancels()
    {
        var python = Environment.GetEnvironmentVariable("PYTHON") ?? "python3";
        await Tool.RequireAsync(python, "-c", "import requests");
        await using var service = await StartAsync();
        await ShouldScheduleAndCancelAsync("from-python.json", python, "-c", Example("python", service));
    }

    [Fact]
    public async Task The_example_in_JavaScript_schedules_and_cancels()
    {
        await Tool.RequireAsync("node", "--version");
        await using var service = await StartAsync();
        await ShouldScheduleAndCancelAsync(
            "from-javascript.json", "node", "--input-type=module", "-e", Example("javascript", service));
    }

    private async Task<ServiceProcess> StartAsync()
    {
        await File.WriteAllTextAsync(_folder["daily.json"], """{"total": 42}""", TestContext.Current.CancellationToken);
        return await ServiceProcess.StartAsync(_folder.Path);
    }

    private Task<string> ShellAsync(CodeBlock block, ServiceProcess service) =>
        Tool.RunAsync(_folder.Path, "bash", "-c", Strict + At(block.Text, service));

    private async Task ShouldScheduleAndCancelAsync(string key, string tool, params string[] arguments)
    {
        var output = await Tool.RunAsync(_folder.Path, tool, arguments);
        output.ShouldContain($"\"key\":\"2030-01-01T00:00:00.000Z|reports|2030~~{key}\"");
        output.ShouldContain("\"metadata\":{\"team\":\"billing\"}");
        output.TrimEnd().ShouldEndWith("204");
    }

    private static string Example(string language, ServiceProcess service) =>
        At(Documents.Blocks.Single(block => block.Language == language).Text, service);

    internal static string At(string text, ServiceProcess service) =>
        text.Replace(Address, service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

    // The failed schedule that the examples retry.
    private async Task SeedFailedAsync()
    {
        var store = new LocalObjectStore(_folder["data"], TimeProvider.System);
        var folder = new ScheduleFolder("scheduler", "schedules");
        var key = new ScheduleKey(new(2026, 11, 21, 19, 5, 0, TimeSpan.Zero), new("reports", "daily.json"));
        await store.PutAsync(
            folder.Failed(key, StoreException.NoSuchBucket), new MemoryStream([1]),
            new() { ContentType = "text/plain" }, PutCondition.None, TestContext.Current.CancellationToken);
    }
}
