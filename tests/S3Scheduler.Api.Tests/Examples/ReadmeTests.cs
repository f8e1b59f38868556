using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Examples;

/// <summary>The README's examples, run as they stand there but for the port, against a service as `dotnet run` starts it.</summary>
[Collection(EndToEndTests.Name)]
public sealed class ReadmeTests : IDisposable
{
    internal const string Address = "http://localhost:5080";
    internal const string Uploads = "Straight to the bucket: `POST /schedules/uploads`";

    /// <summary>An answer that is no success ends the example, as a user would notice.</summary>
    internal const string Strict = "set -euo pipefail; curl() { command curl --silent --show-error --fail-with-body \"$@\"; }\n";

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

    // Sections whose commands need a registry, an account or a server of their own, and those of the project's own tests.
    private static readonly string[] Elsewhere =
        [Uploads, "AWS S3", "MinIO, Ceph and others", "Deploy", "ECS", "Lambda", "Compose, with MinIO", "Develop"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_shell_example_succeeds_one_after_the_other()
    {
        await Tool.RequireAsync("bash", "-c", "curl --version");
        await using var service = await StartAsync();
        await SeedFailedAsync();

        foreach (var block in Readme.Blocks.Where(b => b.Language == "sh" && !Elsewhere.Contains(b.Section)))
        {
            if (block.Text.StartsWith("dotnet run", StringComparison.Ordinal)) continue; // it runs already
            await ShellAsync(block, service);
        }

        await Eventually.HoldsAsync("delivery of the one retried", async () => (await service.Client.PendingAsync()).Count == 0);
    }

    [Fact]
    public async Task The_example_in_CSharp_schedules_and_cancels()
    {
        await using var service = await StartAsync();
        await File.WriteAllTextAsync(_folder["example.csproj"], ConsoleProject, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["Program.cs"], Example("csharp", service), TestContext.Current.CancellationToken);
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
        await ShouldScheduleAndCancelAsync("from-javascript.json", "node", "--input-type=module", "-e", Example("javascript", service));
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

    private static string Example(string language, ServiceProcess service) => At(Readme.Blocks.Single(b => b.Language == language).Text, service);

    internal static string At(string text, ServiceProcess service) =>
        text.Replace(Address, service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

    // The one that the example brings back.
    private async Task SeedFailedAsync()
    {
        var store = new LocalObjectStore(_folder["data"], TimeProvider.System);
        var folder = new ScheduleFolder("scheduler", "schedules");
        var key = new ScheduleKey(new(2026, 11, 21, 19, 5, 0, TimeSpan.Zero), new("reports", "daily.json"));
        await store.PutAsync(
            folder.Failed(key, StoreException.NoSuchBucket), new MemoryStream([1]), new() { ContentType = "text/plain" }, PutCondition.None,
            TestContext.Current.CancellationToken);
    }
}
